"""Crops drawn from whole frames."""

from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.data.crops import CropParameters, Crops
from ctc_submission.training.data.sample import SampleParameters
from ctc_submission.training.data.targets import IGNORED, UNKNOWN
from ctc_submission.training.data.volumes import Volume

INTENSITY = PseudocolorParameters(coloring="intensity")
BOTH = SampleParameters(("foreground", "centers"), diameter=24, pseudocolor=INTENSITY)
STILL = CropParameters(side=64, zoom=(1, 1), stretch=1, gamma=(1, 1), noise=0, blur=0.3, near_cells=1)


def ball(depth: float | None = 1.0, shape=(40, 80, 80), radius=12, source=0, middle=None) -> Volume:
    """A bright ball of label 900 in the middle, or elsewhere; an ellipsoid in voxels where slices are farther apart."""
    grid = np.indices(shape).astype(float)
    scale = (depth or 1.0, 1.0, 1.0)
    middle = middle or tuple(length / 2 for length in shape)
    inside = sum(((grid[axis] - middle[axis]) * scale[axis]) ** 2 for axis in range(3)) <= radius**2
    labels = np.where(inside, 900, 0).astype(np.uint16)
    image = np.where(inside, 200, 20).astype(np.uint8)
    return Volume(source, image, labels, 2 * radius, depth, np.argwhere(labels).astype(np.int32))


def draw(volumes, count=40, parameters=STILL, samples=BOTH, groups=(0,), seed=0):
    crops = Crops(volumes, groups, samples, parameters, count, seed)
    return [crops[(1, number)] for number in range(count)]


def test_a_key_always_gives_the_same_crop_and_others_another():
    crops = Crops([ball()], [0], BOTH, CropParameters(side=64), 8)
    first, again, other = crops[(1, 3)], crops[(1, 3)], crops[(2, 3)]
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_image_and_targets_agree_wherever_a_crop_lies():
    for image, target in draw([ball()], parameters=replace(STILL, side=96)):
        known = target[..., 0] != IGNORED
        green = image[..., 1]
        cell = target[..., 0] == 1
        assert cell.any()
        assert np.quantile(green[cell], 0.1) > np.quantile(green[known & ~cell], 0.9) - 1e-6
        assert ((target[..., 1] == 1) <= cell).all()


def test_what_lies_beyond_the_frame_is_not_taught():
    shares = [(target == IGNORED).mean() for _, target in draw([ball(shape=(40, 30, 30))], count=10)]
    assert min(shares) > 0.5
    assert all(
        (target[..., 0] == IGNORED).sum() == (target[..., 1] == IGNORED).sum() for _, target in draw([ball()], 4)
    )


@pytest.mark.parametrize(("zoom", "expected"), [(0.5, 12), (1.0, 24), (1.5, 36)])
def test_cells_come_as_wide_as_asked_for(zoom, expected):
    parameters = replace(STILL, side=96, zoom=(zoom, zoom), from_side=0)
    areas = [(target[..., 0] == 1).sum() for _, target in draw([ball(radius=16)], 60, parameters)]
    assert 2 * np.sqrt(max(areas) / np.pi) == pytest.approx(expected, rel=0.1)


def test_sections_are_cut_from_the_side_in_true_proportion():
    volume = ball(depth=2.0, shape=(20, 80, 80))
    sections = [target[..., 0] == 1 for _, target in draw([volume], 60, replace(STILL, side=96, from_side=1))]
    largest = max(sections, key=np.sum)
    rows, columns = np.flatnonzero(largest.any(axis=1)), np.flatnonzero(largest.any(axis=0))
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), rel=0.15)


@pytest.mark.parametrize(
    "volume", [ball(depth=None), ball(depth=8.0, shape=(8, 80, 80)), ball(depth=1.0, shape=(5, 80, 80))]
)
def test_thin_far_or_unknown_slices_are_not_cut_from_the_side(volume):
    for _, target in draw([volume], 20, replace(STILL, side=96, from_side=1)):
        ratio = np.divide(*np.sort([np.ptp(np.flatnonzero((target[..., 0] == 1).any(axis=a))) + 1 for a in (0, 1)]))
        assert ratio > 0.8


def test_groups_are_drawn_from_equally_often():
    many = [ball(source=0) for _ in range(9)]
    dark = replace(ball(source=1), image=np.zeros((40, 80, 80), np.uint8))
    drawn = draw([*many, dark], 300, groups=(0, 1))
    assert np.mean([np.ptp(image) == 0 for image, _ in drawn]) == pytest.approx(0.5, abs=0.1)


def test_a_single_image_is_seen_between_copies_or_defocused_neighbors():
    images = [image for image, _ in draw([ball(depth=None, shape=(1, 80, 80))], 40)]
    copies = [np.array_equal(image[..., 0], image[..., 1]) for image in images]
    assert 0.2 < np.mean(copies) < 0.8
    assert all(image[..., 0].max() <= image[..., 1].max() + 1e-3 for image in images)


def test_validation_crops_are_not_changed_and_the_same_each_time():
    crops = Crops([ball()], [0], BOTH, CropParameters(side=64), 6)
    samples = crops.fixed()
    assert len(samples) == 6
    assert samples[0].image.shape == (64, 64, 3)
    assert samples[0].target.shape == (64, 64, 2)
    for first, again in zip(samples, crops.fixed(), strict=True):
        np.testing.assert_array_equal(first.image, again.image)
    assert {int(value) for sample in samples for value in np.unique(sample.image[..., 1])} <= set(range(20, 201))


def test_intensities_stay_in_range_however_much_they_change():
    for image, target in draw([ball()], 60, CropParameters(side=64)):
        assert image.dtype == np.float32
        assert 0 <= image.min() <= image.max() <= 1
        assert set(np.unique(target)) <= {0, 1, IGNORED}


@pytest.mark.parametrize("samples", [replace(BOTH, diameter=None), replace(BOTH, pseudocolor=PseudocolorParameters())])
def test_other_networks_cannot_be_trained_so(samples):
    with pytest.raises(ValueError, match="add --diameter and --coloring intensity"):
        Crops([ball()], [0], samples, STILL, 4)


@pytest.mark.parametrize(("name", "value"), [("side", 40), ("side", 16), ("zoom", (2, 1)), ("gamma", (0, 1))])
def test_impossible_crops_are_refused(name, value):
    with pytest.raises(ValueError, match=name):
        replace(STILL, **{name: value})


@pytest.mark.parametrize(("share", "expected"), [(None, 1), (0.05, 1), (0.25, 6)])
def test_neighbors_lie_a_share_of_the_cell_diameter_away(share, expected):
    volume = ball(shape=(48, 80, 80))
    volume = replace(
        volume, image=np.broadcast_to(np.arange(48, dtype=np.uint8)[:, None, None] * 5, (48, 80, 80)).copy()
    )
    samples = replace(BOTH, pseudocolor=replace(INTENSITY, neighbor_distance=share))
    crops = Crops([volume], [0], samples, replace(STILL, from_side=0), 10).fixed()
    steps = {
        int(np.median(abs(crop.image[..., 1].astype(int) - crop.image[..., channel])))
        for crop in crops
        for channel in (0, 2)
    }
    assert steps == {5 * expected}


def test_only_annotated_slices_are_drawn_and_never_from_the_side():
    whole = ball()
    labels = np.full(whole.labels.shape, UNKNOWN, np.int16)
    labels[18] = np.where(whole.labels[18] > 0, 1, 0)
    image = np.broadcast_to(np.arange(40, dtype=np.uint8)[:, np.newaxis, np.newaxis], whole.image.shape)
    volume = replace(whole, image=image, labels=labels, cells=np.argwhere(labels > 0).astype(np.int32), slices=(18,))
    for share in (0, 1):  # near cells, and anywhere
        drawn = Crops([volume], [0], BOTH, replace(STILL, from_side=1, near_cells=share), 12).fixed()
        for sample in drawn:
            values = sample.image[sample.target[..., 0] != IGNORED]
            assert set(map(tuple, values.tolist())) <= {(17, 18, 19)}
            assert (sample.target[..., 0] != IGNORED).any()
