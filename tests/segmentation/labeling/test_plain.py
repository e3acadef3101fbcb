"""The labels against a plain version of the same method: whole frames, one voxel after the other."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.segmentation import watershed

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.segmentation.labeling.basins import label_basins
from ctc_submission.segmentation.labeling.centers import cut_slices
from ctc_submission.segmentation.labeling.distance import label_by_distance, smoothed_distance

STEPS = [step for step in itertools.product((-1, 0, 1), repeat=3) if any(step)]
SPACINGS = ((1.0, 1.0, 1.0), (5.0, 1.0, 1.0), (6.0, 1.242, 1.242), (1.0, 2.0, 2.0), (1.0, 1.0, 2.0))
TOUCHING = np.ones((3, 3, 3), bool)

PARAMETERS = st.builds(
    LabelingParameters,
    st.just("distance"),
    spacing=st.sampled_from(SPACINGS),
    smoothing=st.sampled_from((0.0, 0.7, 1.0, 2.0)),
    dynamics=st.sampled_from((0.0, 0.3, 0.75)),
)


@st.composite
def worlds(draw):
    """Draw a frame of blobs, among them crowded, empty and full ones."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 20), st.integers(1, 20)))
    land = np.random.default_rng(draw(st.integers(0, 9999))).random(shape)
    width = draw(st.sampled_from((0.0, 1.0, 2.0)))
    land = ndimage.gaussian_filter(land, (min(width, 0.7), width, width))
    return land > np.quantile(land, draw(st.floats(0, 1)))


def plain_labels(mask, parameters):
    """Label by distance as it is defined."""
    if mask.all():
        distance = np.zeros(mask.shape, np.float32)
    else:
        distance = ndimage.distance_transform_edt(mask, sampling=parameters.steps).astype(np.float32)
    sigma = [parameters.smoothing / step for step in parameters.steps]
    smoothed = (
        ndimage.gaussian_filter(distance, sigma, mode="nearest", truncate=3.0) if parameters.smoothing else distance
    )
    height = {voxel: smoothed[voxel] for voxel in map(tuple, np.argwhere(mask).tolist())}
    summit = {voxel: climb(height, voxel, parameters.steps) for voxel in height}
    cell = join(height, summit, parameters.dynamics)
    numbers = {}
    labels = np.zeros(mask.shape, np.int32)
    for voxel in height:
        labels[voxel] = numbers.setdefault(cell[summit[voxel]], len(numbers) + 1)
    return labels


def neighbors(height, voxel):
    """List the steps from a voxel to its neighbors in the foreground."""
    around = ((step, tuple(np.add(voxel, step).tolist())) for step in STEPS)
    return [(step, there) for step, there in around if there in height]


def climb(height, voxel, steps):
    """Take the steepest way up, to its end; level ground leads to what comes first in scan order."""
    best, steepest = voxel, np.float32(0)
    for step, there in neighbors(height, voxel):
        slope = (height[there] - height[voxel]) / np.float32(np.linalg.norm(np.multiply(step, steps)))
        if slope > steepest or (slope == 0 == steepest and best == voxel and there < voxel):
            best, steepest = there, slope
    return voxel if best == voxel else climb(height, best, steps)


def join(height, summit, dynamics):
    """Join the summits over their passes, from the highest; of equal ones the first in scan order stays."""
    ranks = {top: rank for rank, top in enumerate(sorted(set(summit.values())))}
    passes = {}
    for voxel in height:
        for _, there in neighbors(height, voxel):
            pair = tuple(sorted((summit[voxel], summit[there])))
            if pair[0] != pair[1]:
                passes[pair] = max(passes.get(pair, -np.inf), min(height[voxel], height[there]))
    cell = {top: top for top in ranks}
    for (one, two), level in sorted(passes.items(), key=lambda item: (-item[1], item[0])):
        high, low = sorted((cell[one], cell[two]), key=lambda top: (-height[top], ranks[top]))
        if height[low] - level <= dynamics:
            cell = {top: high if to == low else to for top, to in cell.items()}
    return cell


@settings(max_examples=30, deadline=None)
@given(worlds(), PARAMETERS)
def test_distance(mask, parameters):
    assert np.array_equal(label_cells(np.float32(mask), parameters=parameters), plain_labels(mask, parameters))


@settings(max_examples=40, deadline=None)
@given(worlds(), worlds(), st.sampled_from((0.0, 0.1, 0.5)))
def test_cut_slices(mask, warm, dynamics):
    shape = np.minimum(mask.shape, warm.shape)
    piece, hot = (world[tuple(map(slice, shape))] for world in (mask, warm))
    heat = ndimage.gaussian_filter(np.float32(hot), (0, 1, 1))
    parameters = LabelingParameters("centers", marker_threshold=0.4, marker_dynamics=dynamics)
    assert np.array_equal(cut_slices(piece, heat, parameters), plain_cut(piece, heat, parameters))


def plain_cut(piece, heat, parameters):
    """Flood every slice from all its markers, be there one or many."""
    sections = np.zeros(piece.shape, np.int32)
    for z in range(len(piece)):
        here = slice(z, z + 1)
        is_center = piece[here] & (heat[here] > parameters.marker_threshold)
        markers = label_basins(heat[here], is_center, dynamics=parameters.marker_dynamics, steps=parameters.steps)
        markers = np.where(markers > 0, markers + sections.max(), 0)
        parts = label_by_distance(piece[here], parameters)
        has_center = np.isin(parts, parts[markers > 0])
        distance = smoothed_distance(piece[here], parameters)
        sections[here] = watershed(-distance, markers, TOUCHING, mask=has_center)
    return sections


@settings(max_examples=60, deadline=None)
@given(worlds(), st.none() | worlds())
def test_faithful(mask, warm):
    heat = None
    if warm is not None:
        shape = tuple(map(slice, np.minimum(mask.shape, warm.shape)))
        mask, heat = mask[shape], np.float32(warm[shape])
    method = "distance" if heat is None else "centers"
    labels = label_cells(np.float32(mask), heat, parameters=LabelingParameters(method, faithful=True))
    assert np.array_equal(labels, [plain_slice(mask[z], None if heat is None else heat[z]) for z in range(len(mask))])


def plain_slice(mask, heat):
    """Label a slice by scipy and scikit-image alone."""
    distance = ndimage.distance_transform_edt(mask)
    is_marker = (
        (distance > 0) & (distance == ndimage.maximum_filter(distance, 3)) if heat is None else mask & (heat > 0.5)
    )
    return watershed(-distance, ndimage.label(is_marker)[0], mask=mask)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_components_and_single(mask):
    pieces, _ = ndimage.label(mask, TOUCHING)
    labels = label_cells(np.float32(mask), parameters=LabelingParameters("components"))
    assert np.array_equal(labels, pieces)
    single = label_cells(np.float32(mask), parameters=LabelingParameters("single"))
    largest = pieces == np.bincount(pieces[mask], minlength=2).argmax()
    filled = [ndimage.binary_fill_holes(of_slice) for of_slice in largest & mask]
    assert np.array_equal(single, filled)
