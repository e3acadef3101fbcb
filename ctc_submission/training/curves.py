"""A picture of how a training goes: losses and MeanIoU, epoch after epoch."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ctc_submission.atomic import replacing
from ctc_submission.training.epoch_results import EpochResult, best_result

_DOTS_PER_INCH = 90


def draw_curves(path: Path, results: Sequence[EpochResult]) -> None:
    """Draw the losses beside the MeanIoU of validation; a dotted line marks the epoch of ``best.safetensors``.

    Losses are drawn from 0 on, the MeanIoU from 0 to 1, so that small changes look small.

    Parameters
    ----------
    path : Path
        A PNG file; replaced only when wholly written.
    results : sequence of EpochResult
        At least one.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    epochs = [result.epoch for result in results]
    figure = Figure(figsize=(9, 3), layout="constrained")
    losses, score = figure.subplots(1, 2)
    losses.plot(epochs, [result.training_loss for result in results], ".-", label="training loss")
    losses.plot(epochs, [result.validation_loss for result in results], ".-", label="validation loss")
    score.plot(epochs, [result.mean_iou for result in results], ".-", color="tab:green", label="MeanIoU, validation")
    for panel in (losses, score):
        panel.axvline(best_result(results).epoch, color="gray", linestyle=":", label="lowest validation loss")
        panel.set_xlabel("epoch")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.legend()
    losses.set_ylim(bottom=0)
    losses.set_ylabel("loss")
    score.set_ylim(0, 1)
    score.set_ylabel("MeanIoU")
    with replacing(path) as file:
        figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)
