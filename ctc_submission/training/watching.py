"""What a person watches a training by: a table, curves, pictures of validation slices."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ctc_submission.atomic import write_text_atomic
from ctc_submission.training.curves import draw_curves
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.epoch_results import EpochResult
from ctc_submission.training.previews import draw_previews, spread_samples


@dataclass(frozen=True)
class Watch:
    """What is written while a training runs, beside ``log.csv``."""

    pictures: int = 4
    """Validation samples in each epoch's picture, ``pictures/epoch_001.png``; with 0 no ``curves.png`` either."""
    tensorboard: bool = False
    """Whether curves are written for TensorBoard too, into the folder ``tensorboard``."""

    def __post_init__(self) -> None:
        if self.pictures < 0:
            raise ValueError(f"pictures is {self.pictures}, expected 0 or more")


class Watcher:
    """Writes what a `Watch` asks for into the folder of a training."""

    def __init__(self, folder: Path, watch: Watch, samples: Sequence[Sample], done: int) -> None:
        """Start to write, after the epochs that are done."""
        self.folder = folder
        self.draws = watch.pictures > 0
        self.shown = spread_samples(samples, watch.pictures)
        self.writer = _open_tensorboard(folder / "tensorboard", done) if watch.tensorboard else None

    def write(self, results: Sequence[EpochResult], network: nn.Module) -> None:
        """Write what the last epoch came to."""
        _write_log(self.folder / "log.csv", results)
        if self.draws:
            draw_curves(self.folder / "curves.png", results)
        if self.shown:
            (self.folder / "pictures").mkdir(exist_ok=True)
            draw_previews(self.folder / "pictures" / f"epoch_{len(results):03d}.png", network, self.shown)
        if self.writer:
            for name, value in asdict(results[-1]).items():
                self.writer.add_scalar(name, value, results[-1].epoch)
            self.writer.flush()


def _open_tensorboard(folder: Path, done: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ValueError(
            f"TensorBoard is not installed ({error}): pip install tensorboard, or train without its curves"
        ) from error
    return SummaryWriter(str(folder), purge_step=done + 1)


def _write_log(path: Path, results: Sequence[EpochResult]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(asdict(results[0])))
    writer.writeheader()
    writer.writerows(asdict(row) for row in results)
    write_text_atomic(path, text.getvalue())
