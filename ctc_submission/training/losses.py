"""Losses: Dice for foreground and interiors, focal for the centers (Wagner and Rohr, MIDL 2022, section 3.3).

Pixels of which nothing is known (`targets.IGNORED`) take no part in either.
"""

from collections.abc import Sequence

import torch
from segmentation_models_pytorch.losses import BINARY_MODE, DiceLoss, FocalLoss
from torch import Tensor, nn

from ctc_submission.network.architecture import Output
from ctc_submission.training.data.targets import IGNORED

FOCUS = 2.0
"""Exponent of the focal loss, as Lin et al. (ICCV 2017) recommend."""
LEAST_SHARE = 1e-3
"""Share of pixels to be found that is reckoned with at least, so that a batch with few does not outweigh others."""


class CenterLoss(nn.Module):
    """Focal loss, summed over all pixels and divided by the number of those to be found, as Lin et al. do."""

    def __init__(self) -> None:
        super().__init__()
        self.focal = FocalLoss(BINARY_MODE, gamma=FOCUS, reduction="sum", ignore_index=IGNORED)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Return the loss of logits (N, 1, Y, X) for a target of the same shape: 0, 1 or `targets.IGNORED`."""
        known = int((target != IGNORED).sum())
        return self.focal(logits, target) / (target == 1).sum().clamp(min=LEAST_SHARE * max(known, 1))


class ForegroundLoss(nn.Module):
    """Dice loss over a batch; for one without a cell, of which Dice says nothing, the mean probability of one."""

    def __init__(self) -> None:
        super().__init__()
        self.dice = DiceLoss(BINARY_MODE, from_logits=True, ignore_index=IGNORED)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Return the loss of logits (N, 1, Y, X) for a target of the same shape: 0, 1 or `targets.IGNORED`."""
        if (target == 1).any():
            return self.dice(logits, target)
        known = target != IGNORED
        return (logits.sigmoid() * known).sum() / known.sum().clamp(min=1)


class OutputLoss(nn.Module):
    """The sum of the losses of all outputs."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        super().__init__()
        self.losses = nn.ModuleList(CenterLoss() if output == "centers" else ForegroundLoss() for output in outputs)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Return the loss of logits (N, C, Y, X) for a target of the same shape: 0, 1 or `targets.IGNORED`."""
        pairs = zip(logits.split(1, dim=1), target.split(1, dim=1), strict=True)
        return torch.stack([loss(*pair) for loss, pair in zip(self.losses, pairs, strict=True)]).sum()
