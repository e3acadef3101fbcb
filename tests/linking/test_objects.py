import numpy as np
import pytest

from ctc_submission.linking.objects import measure_objects


def test_labels_and_centers_in_voxels():
    mask = np.zeros((3, 4, 6), np.uint16)
    mask[1, 1:3, 2:5] = 9
    mask[0, 0, 0] = 40000
    mask[2, 0, 2] = 40000
    objects = measure_objects(mask, frame=7)
    assert objects.frame == 7
    assert objects.labels.tolist() == [9, 40000]
    assert objects.centers.tolist() == [[1, 1.5, 3], [1, 0, 1]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_empty_mask_has_no_objects(dtype):
    objects = measure_objects(np.zeros((2, 3, 3), dtype), frame=0)
    assert objects.labels.shape == (0,)
    assert objects.centers.shape == (0, 3)
