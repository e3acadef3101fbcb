import numpy as np

from ctc_submission.segmentation.labeling.components import fill_holes, label_components, label_single


def ring(side=9, thickness=1):
    mask = np.zeros((1, side + 2, side + 2), bool)
    mask[0, 1:-1, 1:-1] = True
    mask[0, 1 + thickness : -1 - thickness, 1 + thickness : -1 - thickness] = False
    return mask


def test_components_are_joined_across_corners_and_slices():
    mask = np.zeros((3, 5, 5), bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[2, 2, 2] = mask[0, 4, 4] = True
    labels = label_components(mask)
    assert labels.dtype == np.int32
    assert labels[2, 2, 2] == 1
    assert labels[0, 4, 4] == 2


def test_single_keeps_the_largest_component_and_fills_it():
    mask = np.pad(ring(9), ((0, 0), (0, 0), (0, 8)))
    mask[0, 2:7, 12:17] = True
    single = label_single(mask)
    assert single.sum() == 81
    assert single[0, 5, 5] == 1
    assert not single[:, :, 11:].any()


def test_single_in_3d_takes_the_component_with_most_voxels_not_the_largest_section():
    mask = np.zeros((5, 20, 20), bool)
    mask[0, 12:19, 12:19] = True
    mask[:, 2:7, 2:7] = True
    assert np.array_equal(label_single(mask) > 0, np.pad(mask[:, 2:7, 2:7], ((0, 0), (2, 13), (2, 13))))


def test_cavity_in_3d_is_filled():
    mask = np.ones((5, 7, 7), bool)
    mask[2, 3, 3] = False
    assert label_single(np.pad(mask, 1)).sum() == mask.size


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
    empty = np.zeros((2, 3, 4), bool)
    assert not label_single(empty).any()
    assert not fill_holes(empty, 9).any()
