"""What was found so far, and in which folders it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.paper.curves import LOG, Curves, read_curve
from benchmarks.paper.results import Results
from benchmarks.paper.timing import SampleTime

Times = Mapping[str, SampleTime]
"""What the networks of rows take for a sample."""


@dataclass(frozen=True)
class Findings:
    """What was found so far."""

    results: Results
    """Of the finished rows, at least one."""
    curves: Curves
    """Of the same rows and seeds."""
    times: Times
    """Of the same rows, or of none while others are still to be trained."""

    @property
    def seeds(self) -> list[int]:
        """All seeds of all rows."""
        return sorted({seed for found in self.results.values() for seed in found})


def folder_of(work: Path, row: str, seed: int) -> Path:
    """Return the folder of a row's training with a seed."""
    return work / f"{row}-{seed}"


def read_curves(results: Results, work: Path) -> Curves:
    """Read the curves of finished rows.

    Raises
    ------
    FileNotFoundError, ValueError
        If one is missing or is none.
    """
    return {
        row: {seed: read_curve(folder_of(work, row, seed) / LOG) for seed in found} for row, found in results.items()
    }
