import numpy as np

from ctc_submission.segmentation.labeling.connected_components import label_components


def test_components_are_joined_across_corners_and_slices():
    mask = np.zeros((3, 5, 5), bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[2, 2, 2] = mask[0, 4, 4] = True
    labels = label_components(mask)
    assert labels.dtype == np.int32
    assert labels[2, 2, 2] == 1
    assert labels[0, 4, 4] == 2
