"""The hyperparameters: the paper's defaults, what it refuses, and what must stay the same for a training to go on."""

from dataclasses import fields, replace

import pytest

from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.hyperparameters import TrainingParameters


def test_default_is_the_papers_hyperparameters():
    hyperparameters = TrainingParameters()
    assert (hyperparameters.epochs, hyperparameters.schedule, hyperparameters.augmentation.crop) == (
        100,
        "plateau",
        384,
    )
    assert (hyperparameters.stop_after, hyperparameters.ema, hyperparameters.samples_per_epoch) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("batch_size", -1),
        ("learning_rate", 0.0),
        ("patience", 0),
        ("decay", 1.0),
        ("decay", 0.0),
        ("ema", 1.0),
        ("samples_per_epoch", 0),
        ("stop_after", 0),
        ("schedule", "step"),
        ("precision", "double"),
    ],
)
def test_impossible_hyperparameters_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is '?{value}"):
        TrainingParameters(**{name: value})


OTHER = {
    "epochs": 7,
    "batch_size": 3,
    "learning_rate": 0.1,
    "schedule": "cosine",
    "patience": 9,
    "decay": 0.1,
    "stop_after": 3,
    "ema": 0.5,
    "frozen_statistics": True,
    "samples_per_epoch": 5,
    "validation_samples": 9,
    "precision": "single",
    "seed": 8,
    "augmentation": AugmentationParameters(crop=64),
}


@pytest.mark.parametrize("name", [field.name for field in fields(TrainingParameters)])
def test_everything_but_the_length_must_stay(name):
    hyperparameters = TrainingParameters()
    same = hyperparameters.identity() == replace(hyperparameters, **{name: OTHER[name]}).identity()
    assert same == (name in ("epochs", "stop_after", "validation_samples"))


def test_cosine_depends_on_the_length():
    cosine = TrainingParameters(schedule="cosine")
    assert cosine.identity() != replace(cosine, epochs=50).identity()
    assert cosine.identity() == replace(cosine, stop_after=5).identity()


def test_states_without_frozen_statistics_are_those_of_trainings_without_them():
    assert "frozen_statistics" not in TrainingParameters().identity()
    assert TrainingParameters(frozen_statistics=True).identity()["frozen_statistics"] is True
