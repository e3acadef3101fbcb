"""What the epochs of a training came to, and what follows from it: the next rate, the best epoch, when to stop."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from ctc_submission.training.hyperparameters import TrainingParameters


@dataclass(frozen=True)
class EpochResult:
    """What an epoch came to."""

    epoch: int
    """Counted from 1."""
    training_loss: float
    """Mean over the epoch's steps."""
    validation_loss: float
    """Mean over the validation samples' batches."""
    mean_iou: float
    """Mean over background and cells of TP / (TP + FP + FN) at probability 0.5, over all validation pixels.

    A class that neither target nor prediction has counts as found.
    """
    learning_rate: float
    """Adam's rate during the epoch."""
    seconds: float = field(compare=False)
    """How long it took, validation included."""


def next_rate(results: Sequence[EpochResult], parameters: TrainingParameters) -> float:
    """Return Adam's rate for the epoch that follows the given ones, by those of `TrainingParameters` schedule."""
    if parameters.schedule == "cosine":
        share = len(results) / parameters.epochs
        return parameters.learning_rate * (1 + math.cos(math.pi * share)) / 2
    optimizer = torch.optim.SGD([torch.zeros(1)], parameters.learning_rate)
    plateaus = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=parameters.decay, patience=parameters.patience - 1
    )
    for result in results:
        plateaus.step(result.validation_loss)
    return optimizer.param_groups[0]["lr"]


def best_result(results: Sequence[EpochResult]) -> EpochResult:
    """Return the first epoch of lowest validation loss."""
    return min(results, key=lambda result: result.validation_loss)


def is_finished(results: Sequence[EpochResult], parameters: TrainingParameters) -> bool:
    """Tell whether all epochs are done, or too many have passed since the best."""
    if not results or len(results) >= parameters.epochs:
        return bool(results)
    return parameters.stop_after is not None and len(results) - best_result(results).epoch >= parameters.stop_after


def describe_result(results: Sequence[EpochResult], parameters: TrainingParameters) -> str:
    """Say in one line what the last epoch came to, and how long the rest will take at most."""
    last = results[-1]
    recent = [result.seconds for result in results[-5:]]
    left = sum(recent) / len(recent) * (parameters.epochs - len(results))
    better = ", the best so far" if best_result(results) is last else ""
    return (
        f"epoch {last.epoch} of {parameters.epochs}: training loss {last.training_loss:.4f}, "
        f"validation loss {last.validation_loss:.4f}, MeanIoU {last.mean_iou:.4f}{better}; "
        f"rate {last.learning_rate:.2g}, {format_duration(last.seconds)}, {format_duration(left)} left"
    )


def format_duration(seconds: float) -> str:
    """Write a time with its unit, such as ``40 s``, ``12 min`` or ``2 h 10 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
