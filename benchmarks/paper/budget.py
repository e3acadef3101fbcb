"""What every row is given: the same data and the same training."""

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.paper.task import find_task
from ctc_submission.network.architecture import Decoder
from ctc_submission.training.data.sources import Source

COMPARATOR_SHARE = 16
"""At the same time, epochs of the networks to compare with have so many times fewer steps: theirs take longer."""


@dataclass(frozen=True)
class Budget:
    """What a row may see and how long it may learn."""

    data: Path
    """Folder with ``01``, ``01_GT/SEG``, ``02`` and ``02_GT/SEG``, named as in `task.TASKS`."""
    epochs: int = 100
    """Passes over the training slices (the paper's 100)."""
    input_size: int = 384
    """Side in pixels of the square that the networks see (the paper's 384)."""
    samples_per_epoch: int | None = None
    """Slices drawn for an epoch; None for all."""
    batch_size: int = 8
    """Slices in a step."""
    seed: int = 0
    """Start of all chance."""
    encoder_weights: Path | None = None
    """ImageNet weights of the encoder, a ``.safetensors`` file of timm's network."""
    imagenet: bool = False
    """Whether they come from elsewhere: from the package index, or from timm's model hub."""
    encoder: str = "tf_efficientnet_b5"
    """EfficientCellSeg's encoder (the paper's is B5)."""
    decoder: Decoder = "full"
    """Convolutions of EfficientCellSeg's decoder."""
    test_sequences: tuple[str, ...] = ()
    """Sequences that are tested on; those of the dataset's task if none are given."""
    test_frames: int | None = None
    """Frames of each of these sequences that are tested on, at most, spread evenly; None for all."""
    validation_samples: int = 256
    """Tested slices that MeanIoU and loss are computed on, at most, spread evenly."""
    same_time: bool = False
    """Whether networks to compare with learn for as long as EfficientCellSeg, and not for as many epochs."""

    @property
    def has_imagenet(self) -> bool:
        """Whether ImageNet weights are at hand."""
        return self.imagenet or self.encoder_weights is not None

    @property
    def reference(self) -> str:
        """The row whose training time is the measure of the others at the same time."""
        return "imagenet-pseudocolor" if self.has_imagenet else "random-pseudocolor"

    def split(self) -> tuple[list[Source], list[Source]]:
        """Split the dataset into what is trained on and what is tested on."""
        return find_task(self.data).split(self.data, self.test_sequences, self.test_frames)

    def count_frames(self) -> list[int]:
        """Count the frames that are trained on and those that are tested on."""
        return [sum(len(source.frames or ()) for source in part) for part in self.split()]

    def shorten(self, training_slices: int) -> "Budget":
        """Give epochs, and what they are validated on, a sixteenth of the slices, of so many to train on."""
        steps = min(self.samples_per_epoch or training_slices, training_slices) // self.batch_size
        return replace(
            self,
            samples_per_epoch=self.batch_size * max(1, steps // COMPARATOR_SHARE),
            validation_samples=max(self.batch_size, self.validation_samples // COMPARATOR_SHARE),
        )

    @property
    def is_simulated(self) -> bool:
        """Whether the data are simulated: they carry a record then."""
        return (self.data / "01_simulation.json").is_file()

    def describe_data(self) -> str:
        """Say what the data are."""
        kind = "simulated by `ctc-submission simulate`" if self.is_simulated else "as supplied"
        return f"{self.data.resolve().name}, {kind}"
