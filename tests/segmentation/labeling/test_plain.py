"""The labels against a plain version of the same method: whole frames, one voxel after the other."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.segmentation import watershed

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.segmentation.labeling.basins import label_basins
from ctc_submission.segmentation.labeling.distance_map import smoothed_distance
from ctc_submission.segmentation.labeling.methods.centers import cut_slices
from ctc_submission.segmentation.labeling.methods.distance import label_by_distance

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
    values = {voxel: smoothed[voxel] for voxel in map(tuple, np.argwhere(mask).tolist())}
    maximum = {voxel: ascend(values, voxel, parameters.steps) for voxel in values}
    cell = join(values, maximum, parameters.dynamics)
    numbers = {}
    labels = np.zeros(mask.shape, np.int32)
    for voxel in values:
        labels[voxel] = numbers.setdefault(cell[maximum[voxel]], len(numbers) + 1)
    return labels


def neighbors(values, voxel):
    """List the steps from a voxel to its neighbors in the foreground."""
    around = ((step, tuple(np.add(voxel, step).tolist())) for step in STEPS)
    return [(step, there) for step, there in around if there in values]


def ascend(values, voxel, steps):
    """Follow the steepest ascent to its end; level ground leads to what comes first in scan order."""
    best, steepest = voxel, np.float32(0)
    for step, there in neighbors(values, voxel):
        slope = (values[there] - values[voxel]) / np.float32(np.linalg.norm(np.multiply(step, steps)))
        if slope > steepest or (slope == 0 == steepest and best == voxel and there < voxel):
            best, steepest = there, slope
    return voxel if best == voxel else ascend(values, best, steps)


def join(values, maximum, dynamics):
    """Join the maxima over their saddles, from the highest; of equal ones the first in scan order stays."""
    ranks = {top: rank for rank, top in enumerate(sorted(set(maximum.values())))}
    saddles = {}
    for voxel in values:
        for _, there in neighbors(values, voxel):
            pair = tuple(sorted((maximum[voxel], maximum[there])))
            if pair[0] != pair[1]:
                saddles[pair] = max(saddles.get(pair, -np.inf), min(values[voxel], values[there]))
    cell = {top: top for top in ranks}
    for (one, two), level in sorted(saddles.items(), key=lambda item: (-item[1], item[0])):
        high, low = sorted((cell[one], cell[two]), key=lambda top: (-values[top], ranks[top]))
        if values[low] - level <= dynamics:
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
    component, hot = (whole[tuple(map(slice, shape))] for whole in (mask, warm))
    heat = ndimage.gaussian_filter(np.float32(hot), (0, 1, 1))
    parameters = LabelingParameters("centers", marker_threshold=0.4, marker_dynamics=dynamics)
    assert np.array_equal(cut_slices(component, heat, parameters), plain_cut(component, heat, parameters))


def plain_cut(component, heat, parameters):
    """Flood every slice from all its markers, be there one or many."""
    sections = np.zeros(component.shape, np.int32)
    for z in range(len(component)):
        here = slice(z, z + 1)
        is_center = component[here] & (heat[here] > parameters.marker_threshold)
        markers = label_basins(heat[here], is_center, dynamics=parameters.marker_dynamics, steps=parameters.steps)
        markers = np.where(markers > 0, markers + sections.max(), 0)
        parts = label_by_distance(component[here], parameters)
        has_center = np.isin(parts, parts[markers > 0])
        distance = smoothed_distance(component[here], parameters)
        sections[here] = watershed(-distance, markers, TOUCHING, mask=has_center)
    return sections


@settings(max_examples=60, deadline=None)
@given(worlds(), st.none() | worlds())
def test_per_slice(mask, warm):
    heat = None
    if warm is not None:
        shape = tuple(map(slice, np.minimum(mask.shape, warm.shape)))
        mask, heat = mask[shape], np.float32(warm[shape])
    method = "distance" if heat is None else "centers"
    labels = label_cells(np.float32(mask), heat, parameters=LabelingParameters(method, per_slice=True))
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
    components, _ = ndimage.label(mask, TOUCHING)
    labels = label_cells(np.float32(mask), parameters=LabelingParameters("components"))
    assert np.array_equal(labels, components)
    single = label_cells(np.float32(mask), parameters=LabelingParameters("single"))
    largest = components == np.bincount(components[mask], minlength=2).argmax()
    filled = [ndimage.binary_fill_holes(of_slice) for of_slice in largest & mask]
    assert np.array_equal(single, filled)
