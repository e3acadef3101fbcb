"""MeanIoU of background and cells, from counts that can be added up over batches and processes."""

import torch
from torch import Tensor

from ctc_submission.training.data.targets import IGNORED


def count_pixels(logits: Tensor, targets: Tensor) -> Tensor:
    """Count pixels by what they are and what they were taken for.

    Parameters
    ----------
    logits : (N, 1, Y, X) Tensor of float
        Above 0 is taken for cell.
    targets : (N, 1, Y, X) Tensor of float
        0, 1 or `targets.IGNORED`, which is not counted.

    Returns
    -------
    (2, 2) Tensor of int64
        Rows: background and cells in truth; columns: in the prediction.
    """
    known = targets != IGNORED
    pairs = 2 * targets[known].long() + (logits[known] > 0).long()
    return torch.bincount(pairs, minlength=4).reshape(2, 2)


def mean_iou_of_pixels(counts: Tensor) -> float:
    """Return the mean over both classes of TP / (TP + FP + FN); a class that is nowhere counts as found.

    As in Wagner and Rohr, MIDL 2022, section 3.3.
    """
    hits = counts.diagonal()
    union = counts.sum(dim=0) + counts.sum(dim=1) - hits
    return torch.where(union > 0, hits / union.clamp(min=1), 1.0).mean().item()
