"""Losses: Dice for the foreground, focal for the centres (Wagner and Rohr, MIDL 2022, section 3.3)."""

from segmentation_models_pytorch.losses import BINARY_MODE, DiceLoss, FocalLoss
from torch import nn

from ctc_submission.network.weights import Task

FOCUS = 2.0
"""Exponent of the focal loss, as Lin et al. (ICCV 2017) recommend."""


def loss_for(task: Task) -> nn.Module:
    """Return the loss of a task; it takes logits (N, 1, Y, X) and a target of the same shape."""
    if task == "centres":
        return FocalLoss(BINARY_MODE, gamma=FOCUS)
    return DiceLoss(BINARY_MODE, from_logits=True)
