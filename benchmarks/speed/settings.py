"""What a benchmark is asked to do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    coloring: Literal["card", "region"]
    """How the sequential version colors: ``card`` as its networks were trained, or ``region`` as published."""
    default: Execution
    """How the product uses the machine by default."""
    exact: Execution
    """How it does so in single precision."""

    def __post_init__(self) -> None:
        if self.runs < 1:
            raise ValueError(f"runs is {self.runs}, expected 1 or more")
