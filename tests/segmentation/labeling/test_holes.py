import numpy as np

from ctc_submission.segmentation.labeling.holes import fill_holes


def ring(side=9, thickness=1):
    mask = np.zeros((1, side + 2, side + 2), bool)
    mask[0, 1:-1, 1:-1] = True
    mask[0, 1 + thickness : -1 - thickness, 1 + thickness : -1 - thickness] = False
    return mask


def test_holes_up_to_a_size_are_filled():
    assert fill_holes(ring(9), 49).sum() == 81
    assert fill_holes(ring(9), 48).sum() == 32


def test_background_at_the_edge_of_the_frame_is_no_hole():
    assert fill_holes(ring(9)[:, :, 2:], 1000).sum() == ring(9)[:, :, 2:].sum()


def test_cell_in_a_hole_stays():
    mask = ring(9)
    mask[0, 5, 5] = True
    assert fill_holes(mask, 10).sum() == mask.sum()
    assert fill_holes(mask, 49).sum() == 81


def test_nothing_is_nothing():
    assert not fill_holes(np.zeros((2, 3, 4), bool), 9).any()
