import numpy as np
import pytest

from benchmarks.stardist3d import choose_scale, list_frames, measure_width

TRAINED = {"spacing": [1.75, 0.8, 0.8], "width": 20.0}


def test_images_of_another_voxel_size_are_rescaled_to_that_of_the_training():
    assert choose_scale(TRAINED, (2.0, 0.8, 0.8), None) == pytest.approx((2 / 1.75, 1, 1))


def test_where_only_ratios_are_known_cells_are_brought_to_the_width_of_the_training():
    assert choose_scale(TRAINED, (1.0, 1.0, 1.0), 10.0) == pytest.approx((2 * 0.8 / 1.75, 2, 2))
    assert choose_scale(TRAINED, (1.75, 0.8, 0.8), 20.0) == pytest.approx((1, 1, 1))


def test_the_width_is_that_of_the_largest_sections():
    labels = np.zeros((3, 40, 40), np.uint16)
    labels[0, :5, :5] = labels[1, :10, :10] = 7
    labels[2, 20:30, 20:30] = 9
    assert measure_width([labels]) == pytest.approx(2 * np.sqrt(100 / np.pi))


def test_frames_are_listed_in_their_order(tmp_path):
    for name in ("t001.tif", "t000.tif", "table.tif", "t000.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in list_frames(tmp_path)] == ["t000.tif", "t001.tif"]
