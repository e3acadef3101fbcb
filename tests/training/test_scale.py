"""Diameters of cells, and the magnification that makes them alike."""

import numpy as np
import pytest

from ctc_submission.training.scale import choose_scales, section_diameters


def test_diameter_is_that_of_the_disc_of_the_largest_section():
    labels = np.zeros((3, 20, 20), np.uint16)
    labels[0, :2, :2] = 7
    labels[1, :4, :4] = 7
    labels[2, 10:13, 10:13] = 900
    diameters = section_diameters(labels)
    np.testing.assert_allclose(np.pi * diameters**2 / 4, [16, 9])


def test_no_cell_no_diameter():
    assert section_diameters(np.zeros((2, 4, 4), np.int32)).size == 0
    assert section_diameters([]).size == 0


def test_each_frame_is_brought_to_the_wanted_diameter():
    diameters = {0: np.array([8.0, 10, 10, 12, 60]), 4: np.full(9, 40.0)}
    assert choose_scales(diameters, 20) == {0: 2.0, 4: 0.5}


@pytest.mark.parametrize("few", [[], [3.0], [3.0] * 4])
def test_frames_of_few_cells_follow_the_sequence(few):
    diameters = {0: np.full(9, 10.0), 1: np.array(few)}
    assert choose_scales(diameters, 20) == {0: 2.0, 1: 2.0}
