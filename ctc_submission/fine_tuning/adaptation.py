"""A network adapted to annotated frames from beginning to end: split, score, train, fit, score again, write."""

import contextlib
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ctc_submission.fine_tuning.averaging import average_weights
from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters
from ctc_submission.fine_tuning.lesson import Lesson, draws_crops, prepare_lesson
from ctc_submission.fine_tuning.parts import Annotated, Parts, find_cells, split
from ctc_submission.fine_tuning.scores import score, time_frame
from ctc_submission.fine_tuning.thresholds import adapted, fit_thresholds
from ctc_submission.fine_tuning.time_plan import TRAINING, Plan, count_frames, estimate_later, load_plan, save_plan
from ctc_submission.fine_tuning.training_steps import count_steps, divide_steps, single_step
from ctc_submission.network.card import read_card, sha256_of
from ctc_submission.network.devices import choose_device
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.training.data.source_folders import Source
from ctc_submission.training.engine import Engine, choose_precision, start_engine
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.loop import train
from ctc_submission.training.pace import time_step

_LOG = logging.getLogger(__name__)
_STOP_AFTER = 4
"""Epochs without a better loss of the held-out part after which training ends."""


@dataclass(frozen=True)
class FineTuned:
    """What came of an adaptation."""

    configuration: Path
    """A TOML file that ``ctc-submission segment --config`` takes."""
    before: float
    """SEG of the start on the frames that are scored."""
    after: float
    """SEG of the adapted network with its thresholds on the same frames."""
    held_out: str
    """What was held out of training and scored, in words; empty where the scored frames were trained on."""
    minutes: float
    """How long it took, since it was last started."""

    def __str__(self) -> str:
        """Say in three lines what came of it."""
        part = f"held out ({self.held_out})" if self.held_out else "the frames trained on, nothing is held out"
        worse = "" if self.after >= self.before else ": no better than the start, annotate more or keep the start"
        return (
            f"SEG {self.before:.4f} before, {self.after:.4f} after{worse}; {part}\n"
            f"configuration: {self.configuration}\n"
            f"{self.minutes:.1f} minutes"
        )


def fine_tune(
    sources: Sequence[Source],
    start: Configuration,
    output: Path,
    parameters: FineTuningParameters | None = None,
    execution: Execution | None = None,
) -> FineTuned:
    """Adapt a configuration's network and thresholds to annotated frames; resume where an earlier run stopped.

    Parameters
    ----------
    sources : sequence of Source
        Sequences with gold truth: whole frames, or slices.
    start : Configuration
        What to start from; of two networks, the foreground's is adapted.
    output : Path
        Folder for checkpoints, log and the configuration, a TOML file named like the folder.
    parameters : FineTuningParameters, optional
        How long and how boldly.
    execution : Execution, optional
        How to use the machine.

    Returns
    -------
    FineTuned

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights, frames or references are missing or not as they must be, or the folder holds something else or
        cannot be written to.
    """
    began, chosen = time.monotonic(), parameters or FineTuningParameters()
    if chosen.spacing:
        start = replace(start, labeling=replace(start.labeling, spacing=chosen.spacing))
    frames = find_cells(sources)
    run = _Run(start, frames, _split(sources, frames, start, chosen), output, chosen, execution or Execution())
    run.folder.mkdir(parents=True, exist_ok=True)
    checkpoint, plan = run.train()
    _LOG.info("thresholds are fitted next: %s left", _duration(plan.later_seconds))
    path = output / f"{output.resolve().name}.toml"
    fitted = fit_thresholds(
        split(sources, frames, 0).training,
        sum(frame.cells for frame in frames),
        adapted(start, checkpoint, frames),
        plan.fitted,
        path,
        run.folder,
        run.execution,
        [f"Fine-tuned from {start.segmentation_model.name} by ctc-submission fine-tune."],
    )
    after = score(run.scored, fitted, plan.scored, run.folder, run.execution)
    shutil.rmtree(run.folder)
    return FineTuned(path, plan.before, after, run.parts.text, (time.monotonic() - began) / 60)


@dataclass(frozen=True)
class _Run:
    """What is adapted, to what, where."""

    start: Configuration
    frames: Sequence[Annotated]
    parts: Parts
    output: Path
    parameters: FineTuningParameters
    execution: Execution

    @property
    def folder(self) -> Path:
        """Folder of the networks' output, while it is needed."""
        return self.output / "probabilities"

    @property
    def scored(self) -> list[Source]:
        """What is scored: the held-out part, or what was trained on."""
        return self.parts.held_out or self.parts.training

    def train(self) -> tuple[Path, Plan]:
        """Train, and return the checkpoint to use and the plan."""
        device = choose_device(self.execution.device)
        with _threads(self.execution.threads):
            engine = start_engine(device, choose_precision(device), workers=0 if device.type == "cpu" else 4)
            lesson = prepare_lesson(self.parts, self.start, self.parameters)
            step = single_step(lesson, self.parameters, choose_precision(device))
            plan = self._plan(lesson, step, engine)
            steps = -(-plan.samples_per_epoch // step.batch_size)
            _LOG.info(
                "at most %d steps of %d samples, %s; then thresholds, %s",
                plan.epochs * steps,
                step.batch_size,
                _duration(plan.training_seconds),
                _duration(plan.later_seconds),
            )
            whole = replace(step, epochs=plan.epochs, samples_per_epoch=plan.samples_per_epoch)
            if self.parts.held_out:
                whole = replace(whole, stop_after=_STOP_AFTER)
            train(lesson.model, lesson.card, lesson.samples, self.output, whole, engine)
        trained = self.output / ("best.safetensors" if self.parts.held_out else "last.safetensors")
        share = self.parameters.start_share
        if not share:
            return trained, plan
        averaged = self.output / "averaged.safetensors"
        average_weights(self.start.segmentation_model, trained, share, averaged)
        return averaged, plan

    def _plan(self, lesson: Lesson, step: TrainingParameters, engine: Engine) -> Plan:
        """Take the plan of an earlier run, or measure what frames and steps take and make one."""
        identity = self._identity()
        if plan := load_plan(self.output, identity):
            return plan
        minutes, sequences = self.parameters.minutes, len(self.scored)
        frame = time_frame(self.scored[0], self.start, self.folder, self.execution)
        scored, fitted = count_frames(minutes, sequences, frame)
        before = score(self.scored, self.start, scored, self.folder, self.execution)
        seconds = time_step(lesson.model, lesson.card, lesson.samples, step, engine)
        steps = count_steps(TRAINING * 60 * minutes, seconds, watched=bool(self.parts.held_out))
        epochs, samples = divide_steps(steps, step.batch_size, len(lesson.samples[0]))
        later = estimate_later(scored, fitted, sequences, frame)
        plan = Plan(identity, epochs, samples, scored, fitted, before, steps * seconds, later)
        save_plan(self.output, plan)
        return plan

    def _identity(self) -> dict[str, Any]:
        frames = [f"{frame.source.folder.resolve()}/{frame.source.sequence}/{frame.number}" for frame in self.frames]
        weights = sha256_of(self.start.segmentation_model)
        return {"start": weights, "frames": frames, **asdict(self.parameters)}


def _split(
    sources: Sequence[Source], frames: Sequence[Annotated], start: Configuration, parameters: FineTuningParameters
) -> Parts:
    """Split the frames, and say how."""
    card = read_card(start.segmentation_model)
    parts = split(sources, frames, parameters.held_out, by_slice=draws_crops(start, card))
    if start.center_model:
        _LOG.warning("%s predicts the centers and stays as it is", start.center_model)
    if parts.held_out:
        _LOG.info("held out, to see whether it helps: %s", parts.text)
    else:
        _LOG.warning("nothing is held out: a short training, whose losses and scores are of the frames trained on")
    return parts


@contextlib.contextmanager
def _threads(number: int) -> Iterator[None]:
    """Have torch compute in so many threads for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _duration(seconds: float) -> str:
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"
