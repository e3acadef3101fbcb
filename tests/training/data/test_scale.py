"""The magnification that makes cells of one size."""

import numpy as np
import pytest

from ctc_submission.training.data.scale import choose_scales


def test_each_frame_is_brought_to_the_wanted_diameter():
    diameters = {0: np.array([8.0, 10, 10, 12, 60]), 4: np.full(9, 40.0)}
    assert choose_scales(diameters, 20) == {0: 2.0, 4: 0.5}


@pytest.mark.parametrize("few", [[], [3.0], [3.0] * 4])
def test_frames_of_few_cells_follow_the_sequence(few):
    diameters = {0: np.full(9, 10.0), 1: np.array(few)}
    assert choose_scales(diameters, 20) == {0: 2.0, 1: 2.0}
