"""Cells grown from predicted interiors."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells

PARAMETERS = LabelingParameters("interior", spacing=(2.0, 1.0, 1.0))


def boxes(*spans):
    mask = np.zeros((6, 20, 40), bool)
    for start, stop in spans:
        mask[1:5, 4:16, start:stop] = True
    return mask


def label(foreground, interior, parameters=PARAMETERS, **more):
    return label_cells(np.float32(foreground), np.float32(interior), parameters=parameters, **more)


def test_touching_cells_meet_halfway_between_their_interiors():
    labels = label(boxes((4, 36)), 0.9 * boxes((6, 12), (26, 34)))
    assert labels.max() == 2
    assert (labels > 0).sum() == boxes((4, 36)).sum()
    first = np.unique(np.nonzero(labels == labels[2, 8, 8])[2])
    assert (first.min(), first.max()) == (4, 18)  # interiors end at 11 and begin at 26


def test_interiors_below_the_threshold_or_outside_the_foreground_make_no_cell():
    interior = 0.4 * boxes((6, 12)) + 0.9 * boxes((26, 34))
    assert label(boxes((4, 24)), interior).max() == 1
    assert label(boxes((4, 36)), interior).max() == 1
    assert label(boxes((4, 36)), interior, LabelingParameters("interior", marker_threshold=0.3)).max() == 2


def test_components_with_one_interior_or_none_are_cells():
    labels = label(boxes((2, 12), (20, 30)), boxes((4, 10)))
    np.testing.assert_array_equal(labels > 0, boxes((2, 12), (20, 30)))
    assert labels.max() == 2


def test_interiors_that_merge_are_separated_by_their_distance():
    grid = np.indices((11, 21, 40))
    balls = [((grid - np.reshape((5, 10, x), (3, 1, 1, 1))) ** 2).sum(axis=0) <= 25 for x in (10, 19)]
    interior = balls[0] | balls[1]
    foreground = ndimage.binary_dilation(interior, iterations=2)
    labels = label(foreground, interior, LabelingParameters("interior"))
    assert labels.max() == 2
    assert labels[5, 10, 10] != labels[5, 10, 19]


@pytest.mark.parametrize("seed", range(5))
def test_every_label_is_connected_and_threads_change_nothing(seed):
    rng = np.random.default_rng(seed)
    foreground = ndimage.gaussian_filter(rng.normal(size=(8, 50, 50)), 2) > 0
    interior = foreground & (ndimage.gaussian_filter(rng.normal(size=(8, 50, 50)), 1.5) > 0)
    labels = label(foreground, interior)
    np.testing.assert_array_equal(labels > 0, foreground)
    for index, box in enumerate(ndimage.find_objects(labels), start=1):
        assert ndimage.label(labels[box] == index, np.ones((3, 3, 3)))[1] == 1
    with ThreadPoolExecutor(2) as executor:
        np.testing.assert_array_equal(label(foreground, interior, executor=executor), labels)
