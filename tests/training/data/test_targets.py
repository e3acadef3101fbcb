"""Targets: every pixel of a cell, or a disc in its middle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from skimage.draw import disk

from ctc_submission.training.data.targets import IGNORED, UNKNOWN, center_target, foreground_target, interior_target

label_images = npst.arrays(
    np.uint16, npst.array_shapes(min_dims=2, max_dims=2, max_side=20), elements=st.sampled_from([0, 1, 2, 300])
)


def round_cell(center, radius=12, side=50, label=1):
    labels = np.zeros((side, side), np.uint16)
    labels[disk(center, radius, shape=labels.shape)] = label
    return labels


def horseshoe():
    labels = np.zeros((40, 40), np.uint16)
    labels[5:35, 5:35] = 7
    labels[5:28, 12:28] = 0
    return labels


def test_foreground_is_every_labeled_pixel():
    labels = np.array([[0, 1], [65535, 0]], np.uint16)
    target = foreground_target(labels)
    assert target.dtype == np.float32
    assert target.tolist() == [[0, 1], [1, 0]]


def test_disc_in_the_middle_of_a_round_cell():
    target = center_target(round_cell((20, 25)), radius=4)
    y, x = np.nonzero(target)
    assert (y.mean(), x.mean()) == (20, 25)
    expected = {(a, b) for a in range(50) for b in range(50) if (a - 20) ** 2 + (b - 25) ** 2 <= 16}
    assert set(zip(y.tolist(), x.tolist(), strict=True)) == expected


def test_middle_of_a_bent_cell_lies_in_the_cell():
    labels = horseshoe()
    y, x = (places.mean().round().astype(int) for places in np.nonzero(labels))
    assert labels[y, x] == 0  # the center of mass itself is background
    target = center_target(labels, radius=3)
    assert target.any()
    assert (labels[target > 0] == 7).all()


def test_disc_is_cut_to_its_cell():
    labels = round_cell((20, 20), radius=3)
    labels[20:, 24:] = 2
    target = center_target(labels, radius=10)
    assert target[labels == 1].all()
    y, x = np.nonzero(target * (labels == 2))
    assert np.hypot(y - 34.5, x - 36.5).max() <= 11


def test_small_disc_is_one_pixel_a_cell():
    labels = round_cell((10, 10), 5) + round_cell((35, 35), 8, label=3)
    target = center_target(labels, radius=0.5)
    assert sorted(labels[target > 0].tolist()) == [1, 3]


def test_touching_cells_keep_their_own_discs():
    labels = np.zeros((20, 40), np.int32)
    labels[:, :20] = 4
    labels[:, 20:] = 9
    target = center_target(labels, radius=3)
    assert (target * labels == 4).sum() == (target * labels == 9).sum() == 29
    assert not target[:, 15:25].any()


def test_cell_in_two_parts_has_one_disc():
    labels = np.zeros((20, 40), np.uint16)
    labels[5:15, 2:12] = 1
    labels[5:15, 30:34] = 1
    target = center_target(labels, radius=2)
    assert 0 < target.sum() <= 13


@pytest.mark.parametrize("make", [foreground_target, lambda labels: center_target(labels, 4)])
def test_nothing_to_mark(make):
    assert not make(np.zeros((10, 12), np.uint16)).any()


@settings(max_examples=60, deadline=None)
@given(label_images, st.floats(0.1, 10))
def test_every_cell_is_marked_inside_itself(labels, radius):
    original = labels.copy()
    target = center_target(labels, radius)
    np.testing.assert_array_equal(labels, original)
    assert target.shape == labels.shape
    assert set(np.unique(target)) <= {0, 1}
    assert not target[labels == 0].any()
    assert set(labels[target > 0].tolist()) == set(labels[labels > 0].tolist())


def test_touching_cells_get_a_gap_of_a_pixel_on_either_side():
    labels = np.array([[0, 1, 1, 1, 2, 2, 2, 0]] * 4, np.uint16)
    assert foreground_target(labels, gap=True).tolist() == [[0, 1, 1, 0, 0, 1, 1, 0]] * 4
    assert foreground_target(labels).tolist() == [[0, 1, 1, 1, 1, 1, 1, 0]] * 4


def test_cells_that_meet_at_a_corner_touch():
    labels = np.zeros((6, 6), np.int32)
    labels[:3, :3], labels[3:, 3:] = 1, 70000
    target = foreground_target(labels, gap=True)
    assert target[2, 2] == target[3, 3] == 0
    assert target.sum() == 2 * 9 - 2


@settings(deadline=None)
@given(label_images)
def test_gap_is_where_a_square_of_nine_holds_two_cells(labels):
    padded = np.pad(labels, 1)
    expected = [
        [
            bool(labels[y, x]) and not set(padded[y : y + 3, x : x + 3].ravel()) - {0, labels[y, x]}
            for x in range(labels.shape[1])
        ]
        for y in range(labels.shape[0])
    ]
    np.testing.assert_array_equal(foreground_target(labels, gap=True), expected)


@pytest.mark.parametrize("gap", [False, True])
def test_what_is_unknown_is_ignored_and_no_cell(gap):
    labels = round_cell((20, 20)).astype(np.int32)
    labels[:, 26:] = UNKNOWN
    for target in (foreground_target(labels, gap=gap), center_target(labels, 3)):
        assert (target[:, 26:] == IGNORED).all()
        assert set(np.unique(target[:, :26])) == {0, 1}
    assert (foreground_target(labels, gap=gap)[:, :26] == (labels[:, :26] > 0)).all()


def test_interior_of_a_disc_is_a_smaller_disc():
    labels = round_cell((25, 25), radius=20, label=900)
    area = (interior_target(labels) == 1).sum()
    assert np.sqrt(area / np.pi) == pytest.approx(0.7 * 20, abs=1)


def test_interiors_of_touching_cells_lie_apart():
    labels = np.zeros((30, 60), np.uint16)
    labels[5:25, 5:30], labels[5:25, 30:55] = 1, 2
    interior = interior_target(labels)
    assert (interior * (labels == 1)).any()
    assert (interior * (labels == 2)).any()
    assert not interior[:, 27:33].any()


def test_cells_are_not_rimmed_where_the_image_ends_or_nothing_is_known():
    labels = np.zeros((30, 60), np.int32)
    labels[:, :20], labels[:, 20:40] = UNKNOWN, 1
    interior = interior_target(labels)
    assert (interior[:, 20:33] == 1).all()
    assert not interior[:, 40:].any()
    assert (interior[:, :20] == IGNORED).all()


@given(label_images)
def test_interiors_lie_in_cells_and_every_cell_that_touches_no_other_has_one(labels):
    interior = interior_target(labels)
    assert (labels[interior == 1] > 0).all()
    for label in set(np.unique(labels)) - {0}:
        alone = np.where(labels == label, labels, 0)
        assert (interior_target(alone) == 1).any()
