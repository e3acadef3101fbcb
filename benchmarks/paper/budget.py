"""What every row is given: the same data and the same training."""

from dataclasses import dataclass
from pathlib import Path

from ctc_submission.training.data.sources import Source, find_sources, split_by_frame

TESTED = 0.2
"""Share of each sequence's frames, its last, that is tested on: 372 of the paper's 1860 slices."""


@dataclass(frozen=True)
class Budget:
    """What a row may see and how long it may learn."""

    data: Path
    """Folder with ``01``, ``01_GT/SEG``, ``02`` and ``02_GT/SEG``."""
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
    """ImageNet weights of timm's tf_efficientnet_b5, a ``.safetensors`` file."""
    imagenet: bool = False
    """Whether timm may fetch them where there is no such file."""

    @property
    def has_imagenet(self) -> bool:
        """Whether ImageNet weights are at hand."""
        return self.imagenet or self.encoder_weights is not None

    def split(self) -> tuple[list[Source], list[Source]]:
        """Split both sequences by frame into what is trained on and what is tested on."""
        return split_by_frame(find_sources([self.data], ["01", "02"]), TESTED)

    def count_frames(self) -> list[int]:
        """Count the frames that are trained on and those that are tested on."""
        return [sum(len(source.frames or ()) for source in part) for part in self.split()]

    def describe_data(self) -> str:
        """Say what the data are: simulated ones carry a record."""
        simulated = (self.data / "01_simulation.json").is_file()
        return f"{self.data.resolve().name}, {'simulated by `ctc-submission simulate`' if simulated else 'as supplied'}"
