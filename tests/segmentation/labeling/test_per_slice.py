import numpy as np
import pytest

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells


def label(mask, heat=None, per_slice=True, **choices):
    return label_cells(np.float32(mask), heat, parameters=LabelingParameters(per_slice=per_slice, **choices))


def rod_at_45_degrees():
    y, x = np.mgrid[:140, :140] - 70
    return ((np.abs(y - x) <= 4.5 * 2**0.5) & (np.abs(x + y) <= 55 * 2**0.5))[np.newaxis]


def test_labels_start_at_1_again_in_every_slice():
    mask = np.zeros((2, 9, 20), bool)
    mask[0, 2:5, 2:5] = True
    mask[:, 2:5, 10:13] = True
    labels = label(mask, method="components")
    assert (labels[0, 3, 3], labels[0, 3, 11], labels[1, 3, 11]) == (1, 2, 1)
    assert label(mask, method="components", per_slice=False)[:, 3, 11].tolist() == [2, 2]


def test_rod_askew_falls_apart_into_many_cells():
    assert label(rod_at_45_degrees(), method="distance").max() > 60
    assert label(rod_at_45_degrees(), method="distance", per_slice=False).max() == 1


def test_touching_discs_are_split_at_the_waist():
    y, x = np.ogrid[:30, :50]
    mask = ((y - 15) ** 2 + (x - 15) ** 2 <= 81) | ((y - 15) ** 2 + (x - 31) ** 2 <= 81)
    labels = label(mask[np.newaxis], method="distance")
    assert labels[0, 15, 15] != labels[0, 15, 31] != 0


def test_foreground_without_a_center_is_lost():
    mask = np.zeros((1, 20, 40), bool)
    mask[0, 5:15, 5:15] = mask[0, 5:15, 25:35] = True
    heat = np.zeros(mask.shape, np.float32)
    heat[0, 9:11, 9:11] = 1
    assert np.array_equal(label(mask, heat, method="centers") > 0, mask & (np.arange(40) < 20))
    assert label(mask, heat, method="centers", per_slice=False).max() == 2


@pytest.mark.parametrize("per_slice", [True, False])
def test_stray_pixels_belong_to_the_single_cell_only_if_faithful(per_slice):
    mask = np.zeros((2, 9, 9), bool)
    mask[:, 2:6, 2:6] = mask[0, 8, 8] = True
    assert bool(label(mask, method="single", per_slice=per_slice)[0, 8, 8]) == per_slice


def test_cleaning_is_not_part_of_it():
    mask = np.zeros((1, 20, 20), bool)
    mask[0, 1, 1] = mask[0, 8:12, 8:12] = True
    assert label(mask, method="components", minimum_size=5, field_margin=4).max() == 2
