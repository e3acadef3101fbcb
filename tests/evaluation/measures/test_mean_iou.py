import numpy as np
import pytest

from ctc_submission.evaluation.measures.mean_iou import mean_iou
from ctc_submission.evaluation.overlap import overlap_of_slice


def table(reference, result):
    return overlap_of_slice(np.array([reference], np.uint16), np.array([result], np.uint16), 0)


def test_files_count_together():
    tables = [table([1, 1, 2, 0, 0], [1, 1, 0, 3, 0]), table([0, 0, 0, 0, 5], [0, 0, 0, 0, 5])]
    assert mean_iou(tables) == pytest.approx((3 / 5 + 5 / 7) / 2)


def test_labels_do_not_matter():
    assert mean_iou([table([1, 2, 0], [9, 9, 0])]) == 1


def test_a_class_that_neither_has_counts_as_found():
    assert mean_iou([table([1, 1], [2, 2])]) == mean_iou([table([0, 0], [0, 0])]) == 1


def test_nothing_right():
    assert mean_iou([table([1, 0], [0, 1])]) == 0
