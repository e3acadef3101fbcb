"""MeanIoU of two classes from added counts."""

import pytest
import torch

from ctc_submission.training.confusion import count_pixels, mean_iou_of_pixels
from ctc_submission.training.data.targets import IGNORED


def test_counts_are_truth_by_prediction():
    logits = torch.tensor([1.0, -1, 2, -2, -3, 5]).view(1, 1, 2, 3)
    targets = torch.tensor([1.0, 1, 0, 0, 0, IGNORED]).view(1, 1, 2, 3)
    assert count_pixels(logits, targets).tolist() == [[2, 1], [1, 1]]


def test_mean_of_both_classes():
    assert mean_iou_of_pixels(torch.tensor([[2, 1], [1, 1]])) == pytest.approx((2 / 4 + 1 / 3) / 2)


@pytest.mark.parametrize("present", [0, 1])
def test_class_that_nobody_sees_counts_as_found(present):
    counts = torch.zeros(2, 2, dtype=torch.int64)
    counts[present, present] = 9
    assert mean_iou_of_pixels(counts) == 1
    assert mean_iou_of_pixels(torch.zeros(2, 2)) == 1


def test_batches_add_up_to_the_score_of_the_whole():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(6, 1, 9, 9, generator=generator)
    targets = (torch.rand(6, 1, 9, 9, generator=generator) < 0.3).float()
    counts = sum(count_pixels(logits[part], targets[part]) for part in (slice(0, 4), slice(4, 6)))
    found, cells = logits > 0, targets > 0
    shares = [((found == one) & (cells == one)).sum() / ((found == one) | (cells == one)).sum() for one in (0, 1)]
    assert mean_iou_of_pixels(counts) == pytest.approx(sum(shares).item() / 2)
