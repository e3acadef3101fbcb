"""How long a step takes, and a training will: timed on a copy before, or by the first steps of the training itself."""

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import nn

from ctc_submission.network.card import ModelCard
from ctc_submission.training.data.crops import Crops
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.engine import Engine
from ctc_submission.training.epoch_results import EpochResult, format_duration
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.trainer import Trainer

WARM_UP = 2
"""Steps that are not timed: the first ones allocate memory and choose algorithms."""
TIMED = 5
"""Steps that are timed then."""
_FORWARD = 0.3
"""Share of a step's time that predicting as many pixels takes, without gradients."""


@dataclass(frozen=True)
class Pace:
    """What an epoch consists of, and how long a step of it takes."""

    step: float
    """Seconds of a training step."""
    steps: int
    """Steps of an epoch."""
    batches: int
    """Validation batches of an epoch."""
    size: float = 1.0
    """Pixels of a validation sample, in those of a training sample."""

    @property
    def epoch(self) -> float:
        """Seconds of an epoch, validation included."""
        return self.step * (self.steps + self.batches * _FORWARD * self.size)


class FirstSteps:
    """Called after every step of the first epoch of a run; times the first ones and tells once what one takes."""

    def __init__(self, tell: Callable[[float], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Take whom to tell the seconds of a step, and optionally another clock."""
        self._tell = tell
        self._clock = clock
        self._start = 0.0

    def __call__(self, step: int) -> None:
        """Note that so many steps are done."""
        if step == WARM_UP:
            self._start = self._clock()
        elif step == WARM_UP + TIMED:
            self._tell((self._clock() - self._start) / TIMED)


def time_step(
    model: nn.Module,
    card: ModelCard,
    samples: tuple[Sequence[Sample] | Crops, Sequence[Sample]],
    parameters: TrainingParameters,
    engine: Engine,
) -> float:
    """Measure the seconds of a training step on a copy of the network; random numbers go on as if none had been taken.

    Parameters
    ----------
    model, card, samples, parameters, engine
        As for `trainer.Trainer`; each step that is taken is an epoch of one batch.
    """
    told: list[float] = []
    note = FirstSteps(told.append)
    single = replace(parameters, samples_per_epoch=parameters.batch_size)
    with torch.random.fork_rng():
        trainer = Trainer(copy.deepcopy(model), card, samples, single, engine)
        for step in range(1, WARM_UP + TIMED + 1):
            trainer.train(step, parameters.learning_rate)
            note(step)
    return told[0]


def describe_pace(
    pace: Pace, results: Sequence[EpochResult], parameters: TrainingParameters, device: torch.device
) -> str:
    """Say in one line how long all epochs that are left will take, and how to stop and resume.

    Parameters
    ----------
    pace : Pace
        As timed.
    results : sequence of EpochResult
        Epochs that are done.
    parameters : TrainingParameters
        How many there are to be.
    device : torch.device
        Where it is computed.
    """
    left = parameters.epochs - len(results)
    epochs = f"{left} epochs" if not results else f"the other {left} of {parameters.epochs} epochs"
    most = "at most " if parameters.stop_after else ""
    threads = f" with {torch.get_num_threads()} threads" if device.type == "cpu" else ""
    return (
        f"{most}about {format_duration(left * pace.epoch)} for {epochs} of {pace.steps} steps and {pace.batches} "
        f"validation batches, at {pace.step:.2g} s a step on {device.type}{threads}; Ctrl-C keeps the last "
        "finished epoch, and the same command resumes"
    )
