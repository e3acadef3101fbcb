import numpy as np

from ctc_submission.segmentation.labeling.methods.single import label_single


def ring():
    mask = np.zeros((1, 11, 11), bool)
    mask[0, 1:-1, 1:-1] = True
    mask[0, 2:-2, 2:-2] = False
    return mask


def test_single_keeps_the_largest_component_and_fills_it():
    mask = np.pad(ring(), ((0, 0), (0, 0), (0, 8)))
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


def test_nothing_is_nothing():
    assert not label_single(np.zeros((2, 3, 4), bool)).any()
