"""How long a training will take, from its first steps."""

import pytest
import torch

from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.pace import TIMED, WARM_UP, FirstSteps, Pace, describe_pace
from ctc_submission.training.results import EpochResult

CPU = torch.device("cpu")


def test_an_epoch_is_its_steps_and_its_validation():
    assert Pace(step=2.0, steps=60, batches=10).epoch == pytest.approx(126)
    assert Pace(step=2.0, steps=60, batches=10, size=4.0).epoch == pytest.approx(144)


def test_the_first_steps_are_not_timed_and_it_is_told_once():
    told, times = [], iter([100.0, 110.0])
    first = FirstSteps(told.append, lambda: next(times))
    for step in range(1, 30):
        first(step)
        assert len(told) == (step >= WARM_UP + TIMED)
    assert told == [10 / TIMED]


def test_the_line_says_how_long_and_how_to_stop_and_resume(monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    line = describe_pace(Pace(6.5, 60, 0), [], TrainingParameters(epochs=20), CPU)
    assert line == (
        "about 2 h 10 min for 20 epochs of 60 steps and 0 validation batches, at 6.5 s a step on cpu with 2 threads; "
        "Ctrl-C keeps the last finished epoch, and the same command resumes"
    )


def test_a_training_that_goes_on_says_what_is_left():
    done = [EpochResult(epoch, 0.5, 0.5, 0.8, 1e-3, 1.0) for epoch in (1, 2)]
    line = describe_pace(Pace(1.0, 60, 0), done, TrainingParameters(epochs=5, stop_after=3), CPU)
    assert line.startswith("at most about 3 min for the other 3 of 5 epochs of 60 steps")
