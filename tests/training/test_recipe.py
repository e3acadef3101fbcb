"""The recipe: the paper's defaults, what it refuses, and what must stay the same for a training to go on."""

from dataclasses import fields, replace

import pytest

from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.recipe import TrainingParameters


def test_default_is_the_papers_recipe():
    recipe = TrainingParameters()
    assert (recipe.epochs, recipe.schedule, recipe.augmentation.crop) == (100, "plateau", 384)
    assert (recipe.stop_after, recipe.ema, recipe.samples_per_epoch) == (None, None, None)


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
def test_impossible_recipe_is_refused(name, value):
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
    "samples_per_epoch": 5,
    "precision": "single",
    "seed": 8,
    "augmentation": AugmentationParameters(crop=64),
}


@pytest.mark.parametrize("name", [field.name for field in fields(TrainingParameters)])
def test_everything_but_the_length_must_stay(name):
    recipe = TrainingParameters()
    same = recipe.identity() == replace(recipe, **{name: OTHER[name]}).identity()
    assert same == (name in ("epochs", "stop_after"))


def test_cosine_depends_on_the_length():
    cosine = TrainingParameters(schedule="cosine")
    assert cosine.identity() != replace(cosine, epochs=50).identity()
    assert cosine.identity() == replace(cosine, stop_after=5).identity()
