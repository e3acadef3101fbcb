import numpy as np
import pytest

from ctc_submission.segmentation.labeling.methods.centers import METHOD, cut_slices
from ctc_submission.segmentation.labeling_parameters import LabelingParameters

THICK = LabelingParameters("centers", spacing=(6.0, 1.242, 1.242))


def disc(y, x, radius, side=(40, 60)):
    rows, columns = np.ogrid[: side[0], : side[1]]
    return (rows - y) ** 2 + (columns - x) ** 2 <= radius**2


@pytest.fixture
def pair():
    """Two touching cells through four slices, and the heat of their centers."""
    mask = np.zeros((6, 40, 60), bool)
    mask[1:5] = disc(20, 20, 11) | disc(20, 40, 11)
    heat = np.zeros(mask.shape, np.float32)
    heat[1:5] = 0.9 * (disc(20, 20, 4) | disc(20, 40, 4))
    return mask, heat


def test_touching_cells_part_at_the_waist(pair):
    mask, heat = pair
    labels = METHOD.label(mask, heat, THICK)
    left, right = labels[2, 20, 20], labels[2, 20, 40]
    assert left != right
    assert (labels[1:5, :, :29][mask[1:5, :, :29]] == left).all()
    assert (labels[1:5, :, 32:][mask[1:5, :, 32:]] == right).all()
    assert np.array_equal(labels > 0, mask)


@pytest.mark.parametrize("seen", [[1], [4], [2, 3], [1, 3], [1, 2, 4]])
def test_slices_without_centers_follow_their_neighbors(pair, seen):
    mask, heat = pair
    heat[[z for z in range(6) if z not in seen]] = 0
    labels = METHOD.label(mask, heat, THICK)
    assert len(np.unique(labels)) == 3
    assert all(labels[z, 20, 20] != labels[z, 20, 40] for z in range(1, 5))


def test_one_missed_center_does_not_join_two_cells_elsewhere(pair):
    mask, heat = pair
    heat[2, :, 30:] = 0
    labels = METHOD.label(mask, heat, THICK)
    assert labels[1, 20, 40] == labels[4, 20, 40] != labels[1, 20, 20]


def test_foreground_without_a_center_remains_one_cell(pair):
    mask, heat = pair
    mask[:, 2:5, 2:5] = True
    labels = METHOD.label(mask, heat, THICK)
    assert len(np.unique(labels)) == 4
    assert len(np.unique(METHOD.label(mask, heat * 0, THICK))) == 3


def test_heat_outside_the_foreground_makes_no_cell(pair):
    mask, heat = pair
    heat[:, 35:] = 1
    assert len(np.unique(METHOD.label(mask, heat, THICK))) == 3


def test_cell_that_lies_askew_is_one_though_its_centers_do_not_touch():
    mask, heat = np.zeros((2, 5, 40, 60), np.float32)
    for z in range(5):
        mask[z] = disc(20, 14 + 7 * z, 10)
        heat[z] = disc(20, 14 + 7 * z, 3)
    assert np.array_equal(METHOD.label(mask > 0, heat, THICK) > 0, mask > 0)
    assert len(np.unique(METHOD.label(mask > 0, heat, THICK))) == 2


def test_centers_that_have_run_together_are_separated_by_their_dynamics():
    component = np.zeros((1, 40, 60), bool)
    component[0] = disc(20, 20, 11) | disc(20, 40, 11)
    x = np.arange(60)
    heat = np.zeros(component.shape)
    heat[0, 18:23] = 0.6 + 0.35 * np.cos((x - 20) * np.pi / 10)
    heat = np.clip(heat, 0, 1) + 0.3 * (heat > 0)
    low = LabelingParameters("centers", marker_threshold=0.4, marker_dynamics=0.1)
    high = LabelingParameters("centers", marker_threshold=0.4, marker_dynamics=0.9)
    assert heat[0, 20, 30] > 0.4
    assert cut_slices(component, heat, low)[0, 20, [20, 40]].tolist() == [1, 2]
    assert len(np.unique(cut_slices(component, heat, high))) == 2


def test_single_slice(pair):
    mask, heat = pair
    labels = METHOD.label(mask[2:3], heat[2:3], THICK)
    assert len(np.unique(labels)) == 3
