"""What a benchmark is asked to do."""

from dataclasses import dataclass
from pathlib import Path

from ctc_submission.network.execution import Execution


@dataclass(frozen=True)
class Settings:
    """How every dataset is measured."""

    models: Path
    """Folder of configurations and weights."""
    work: Path
    """Folder for frames and ONNX files; what is there already is used."""
    masks: Path
    """Empty folder for masks."""
    runs: int
    """Turns that each contender takes, of which the best counts."""
    same_masks: bool
    """Whether the sequential version does all as the product's per-slice labeling, which then runs too, and the masks
    of both are compared. Otherwise it costs what the published program costs."""
    quick: bool
    """Whether frames are tiny."""
    default: Execution
    """How the product uses the machine."""

    def __post_init__(self) -> None:
        if self.runs < 1:
            raise ValueError(f"runs is {self.runs}, expected 1 or more")
