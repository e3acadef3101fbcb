"""Steps of training: their hyperparameters, how many there are, and how epochs divide them."""

from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters
from ctc_submission.fine_tuning.lesson import Lesson
from ctc_submission.training.augmentation_parameters import AugmentationParameters
from ctc_submission.training.hyperparameters import Precision, TrainingParameters

_EPOCHS = 10
_EMA = 0.99
_MOST = 1500
_MOST_UNWATCHED = 300
"""Steps where nothing is held out to tell when to stop."""


def single_step(lesson: Lesson, parameters: FineTuningParameters, precision: Precision) -> TrainingParameters:
    """Return hyperparameters of one step: a low rate, averaged weights, batch norm statistics as they are."""
    return TrainingParameters(
        epochs=1,
        batch_size=parameters.batch_size,
        learning_rate=parameters.learning_rate,
        schedule="cosine",
        ema=_EMA,
        frozen_statistics=True,
        samples_per_epoch=parameters.batch_size,
        precision=precision,
        seed=parameters.seed,
        augmentation=AugmentationParameters(crop=lesson.side),
    )


def count_steps(available: float, step: float, *, watched: bool) -> int:
    """Tell how many steps to take.

    Parameters
    ----------
    available, step : float
        Seconds for all steps, and those of one.
    watched : bool
        Whether held-out frames tell when to stop; without, fewer steps are taken.
    """
    return max(1, min(_MOST if watched else _MOST_UNWATCHED, int(available / step)))


def divide_steps(steps: int, batch_size: int, samples: int) -> tuple[int, int]:
    """Divide steps into epochs: how many, and the samples of each; where samples are few, epochs are short.

    Returns
    -------
    epochs, samples_per_epoch : int
    """
    epochs = min(_EPOCHS, steps)
    each = round(steps / epochs) * batch_size
    if samples >= each:
        return epochs, each
    return max(1, round(steps / -(-samples // batch_size))), samples
