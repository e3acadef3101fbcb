"""The hyperparameters of a training; its defaults are the paper's where the paper says."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ctc_submission.training.augmentation_parameters import AugmentationParameters

Precision = Literal["bfloat16", "single"]
Schedule = Literal["plateau", "cosine"]


@dataclass(frozen=True)
class TrainingParameters:
    """Adam, a rate lowered on plateaus and 100 epochs, as Wagner and Rohr (MIDL 2022, section 3.3).

    The paper gives neither batch size nor rate.
    """

    epochs: int = 100
    """Passes over the training samples."""
    batch_size: int = 8
    """Samples in a step, over all GPUs together."""
    learning_rate: float = 1e-3
    """Adam's rate at the start."""
    schedule: Schedule = "plateau"
    """Whether the rate is lowered on plateaus of the validation loss, or along half a cosine to zero at the end."""
    patience: int = 5
    """Epochs without a better validation loss before a plateau lowers the rate."""
    decay: float = 0.5
    """What the rate is multiplied by then."""
    stop_after: int | None = None
    """Epochs without a better validation loss after which training ends; None for all epochs."""
    ema: float | None = None
    """Share of the old that a running average of the weights keeps in each step, such as 0.999.

    The averaged network is validated and saved. None: the network as it is.
    """
    frozen_statistics: bool = False
    """Whether batch norm keeps the means and variances of the network that training starts from, as in prediction.

    A few samples, all of one recording, say little of them.
    """
    samples_per_epoch: int | None = None
    """Samples drawn for an epoch, no more than there are; None for all of them."""
    validation_samples: int = 256
    """Samples to validate on at most, spread evenly over those there are, and the same in every epoch."""
    precision: Precision = "bfloat16"
    """Computed in: bfloat16 where that is safe, or single precision throughout."""
    seed: int = 0
    """Start of all chance."""
    augmentation: AugmentationParameters = AugmentationParameters()
    """How far views of a sample may stray from it."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "learning_rate", "patience", "validation_samples"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected a positive number")
        for name in ("samples_per_epoch", "stop_after"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is {value}, expected 1 or more, or None")
        for name in ("decay", "ema"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise ValueError(f"{name} is {value}, expected a number between 0 and 1")
        for name, choices in (("schedule", ("plateau", "cosine")), ("precision", ("bfloat16", "single"))):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is '{getattr(self, name)}', expected one of {', '.join(choices)}")

    def identity(self) -> dict[str, Any]:
        """Return what must stay the same for a training to go on: all but how long it goes on.

        The number of validation samples is that of the samples themselves, by which a training knows its data again.
        """
        lasting = {"stop_after", "validation_samples"}
        if self.schedule != "cosine":
            lasting.add("epochs")
        if not self.frozen_statistics:
            lasting.add("frozen_statistics")  # as in states that were saved without it
        return {name: value for name, value in asdict(self).items() if name not in lasting}
