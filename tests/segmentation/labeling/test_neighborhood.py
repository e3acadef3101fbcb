import numpy as np

from ctc_submission.segmentation.labeling.neighborhood import foreground_boxes, inside, widen


def test_boxes_hold_the_whole_foreground_once():
    mask = np.random.default_rng(0).random((3, 300, 520)) > 0.999
    seen = np.zeros(mask.shape, int)
    for box in foreground_boxes(mask):
        seen[box] += 1
    assert (seen[mask] == 1).all()
    assert seen.max() == 1


def test_boxes_follow_the_foreground_and_not_the_frame():
    mask = np.zeros((13, 1745, 2440), bool)
    mask[4:9, 900:920, 1100:1130] = True
    mask[0, 0, 0] = mask[12, 1744, 2439] = True
    assert sum(mask[box].size for box in foreground_boxes(mask)) == 5 * 20 * 30 + 2
    assert not list(foreground_boxes(np.zeros((2, 30, 30), bool)))


def test_wider_boxes_stay_in_the_frame_and_know_the_box():
    box = (slice(0, 2), slice(5, 9), slice(7, 10))
    wide = widen(box, (1, 2, 3), (4, 10, 10))
    assert wide == (slice(0, 3), slice(3, 10), slice(4, 10))
    volume = np.arange(400).reshape(4, 10, 10)
    assert np.array_equal(volume[wide][inside(box, wide)], volume[box])
