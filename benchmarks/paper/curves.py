"""How the trainings went, epoch by epoch: read from their logs, judged, drawn."""

import csv
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ctc_submission.atomic import replacing

LOG = "log.csv"
LEAST_EPOCHS = 10
"""Epochs below which the last fifth is one epoch at most, and says nothing."""
FLAT_LOSS = 0.05
"""Part by which the validation loss may still fall, from the fifth of the epochs before the last fifth to that."""
FLAT_MEAN_IOU = 0.005
"""What MeanIoU may still rise by."""
_DPI = 90


@dataclass(frozen=True)
class Curve:
    """A training, epoch by epoch."""

    losses: tuple[float, ...]
    """Validation loss."""
    mean_ious: tuple[float, ...]
    """MeanIoU of the validation."""
    seconds: tuple[float, ...]
    """Time of each epoch, validation included."""

    @property
    def time(self) -> float:
        """Seconds of all epochs."""
        return sum(self.seconds)

    @property
    def loss_change(self) -> float:
        """What the mean loss of the last fifth has gained on that of the fifth before, as a part of it."""
        before, last = _last_fifths(self.losses)
        return (last - before) / before if before else 0.0

    @property
    def mean_iou_change(self) -> float:
        """What the mean MeanIoU of the last fifth has gained on that of the fifth before."""
        before, last = _last_fifths(self.mean_ious)
        return last - before

    @property
    def is_flat(self) -> bool | None:
        """Whether neither has become better to speak of; None of too few epochs."""
        if len(self.losses) < LEAST_EPOCHS:
            return None
        return self.loss_change > -FLAT_LOSS and self.mean_iou_change < FLAT_MEAN_IOU


Curves = Mapping[str, Mapping[int, Curve]]
"""Curves of each row by seed."""


def read_curve(log: Path) -> Curve:
    """Read a training's ``log.csv``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no log of a training.
    """
    try:
        with log.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        columns = [tuple(float(line[name]) for line in lines) for name in ("validation_loss", "mean_iou", "seconds")]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{log}: is no log of a training ({error!r}): move its folder away to train again") from error
    return Curve(*columns)


def _last_fifths(values: Sequence[float]) -> tuple[float, float]:
    """Return the means of the fifth of the values before the last fifth, and of the last, of an epoch at least."""
    count = max(1, len(values) // 5)
    return statistics.mean(values[-2 * count : -count] or values[:1]), statistics.mean(values[-count:])


def draw_curves(path: Path, titles: Mapping[str, str], curves: Curves) -> None:
    """Draw validation loss and MeanIoU of every row, a line for each seed, on one scale.

    Parameters
    ----------
    path : Path
        A PNG file; replaced only when wholly written.
    titles : mapping of str to str
        The rows' names and titles, in their order; of those with curves, at least one.
    curves : mapping of str to mapping of int to Curve
        What to draw.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    shown = [name for name in titles if curves.get(name)]
    figure = Figure(figsize=(10, 0.6 + 1.5 * len(shown)), layout="constrained")
    panels = figure.subplots(len(shown), 2, squeeze=False, sharey="col")
    for name, (losses, mean_ious) in zip(shown, panels, strict=True):
        for seed, curve in sorted(curves[name].items()):
            _draw(losses, curve.losses, seed)
            _draw(mean_ious, curve.mean_ious, seed)
        losses.set_title(titles[name], fontsize=9, loc="left")
        losses.legend(fontsize=7)
    panels[0, 0].set_ylim(bottom=0)
    panels[0, 1].set_ylim(top=1)
    for panel, label in zip(panels[-1], ("epoch; validation loss", "epoch; MeanIoU"), strict=True):
        panel.set_xlabel(label)
    with replacing(path) as file:
        figure.savefig(file, format="png", dpi=_DPI)


def _draw(panel: Axes, values: Sequence[float], seed: int) -> None:
    panel.plot(range(1, len(values) + 1), values, ".-", markersize=3, linewidth=1, label=f"seed {seed}")
