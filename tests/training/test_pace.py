"""How long a training will take, from its first steps."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.training.augmentation_parameters import AugmentationParameters
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.engine import start_engine
from ctc_submission.training.epoch_results import EpochResult
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.pace import TIMED, WARM_UP, FirstSteps, Pace, describe_pace, time_step
from tests.conftest import SMALL

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


def test_a_step_is_timed_on_a_copy_and_takes_no_random_numbers():
    card = ModelCard("", "", "", "", "", replace(SMALL, input_size=32))
    model = EfficientCellSeg(card.architecture)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    noise = np.random.default_rng(0).integers(0, 255, (32, 32, 3), np.uint8)
    samples = [Sample(noise, noise[..., :1] // 128)] * 2
    parameters = TrainingParameters(batch_size=2, precision="single", augmentation=AugmentationParameters(32))
    state = torch.random.get_rng_state()
    assert 0 < time_step(model, card, (samples, samples[:1]), parameters, start_engine(CPU, "single")) < 60
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


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
