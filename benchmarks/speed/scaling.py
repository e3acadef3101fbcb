"""How the product's time grows with frames, slices and pixels: four sizes of each, and a line through them.

The general model of nuclei is timed: it sees slices at their own scale, in as many patches as they need, so that all
of the work grows with the frame. Networks that see a whole slice or six patches cost the same for slices of any size.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.speed.nuclei import MODEL
from benchmarks.speed.worlds import SEED, write_stacks
from ctc_submission.network.card import read_card
from ctc_submission.network.execution import Execution
from ctc_submission.preprocessing.inputs import OVERLAP
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.simulation.simulation_parameters import find_parameters

_COUNTS = (1, 2, 3, 4)
_DEPTH = 4
_WINDOWS = ((1, 1), (1, 3), (2, 3), (3, 3))  # patches less one in y and x: 4, 8, 12 and 16 patches


@dataclass(frozen=True)
class Series:
    """Times over one quantity."""

    quantity: str
    """``frames``, ``slices`` or ``pixels``."""
    fixed: str
    """What stayed the same, in words."""
    sizes: tuple[int, ...]
    """How many there were, rising."""
    seconds: tuple[float, ...]
    """The best time of each."""

    @property
    def line(self) -> tuple[float, float]:
        """Slope and intercept of the line that fits best, by least squares."""
        slope, intercept = np.polyfit(self.sizes, self.seconds, 1)
        return float(slope), float(intercept)

    @property
    def fit(self) -> float:
        """Share of the times' variance that the line explains: 1 where cost is linear."""
        slope, intercept = self.line
        measured = np.array(self.seconds)
        residuals = measured - (slope * np.array(self.sizes) + intercept)
        return float(1 - (residuals**2).sum() / ((measured - measured.mean()) ** 2).sum())


def measure_scaling(
    configuration: Configuration, execution: Execution, work: Path, masks: Path, runs: int, *, side: int = 384
) -> list[Series]:
    """Time the product over four sizes of each quantity.

    Parameters
    ----------
    configuration : Configuration
        The general model's.
    execution : Execution
        How to use the machine.
    work : Path
        Folder for frames.
    masks : Path
        Empty folder for masks.
    runs : int
        Runs of each size in turns, of which the best counts; one of the smallest before them does not.
    side : int
        Height and width in pixels of the smallest slices.
    """
    diameter = read_card(configuration.segmentation_model).diameter
    configuration = replace(configuration, cell_diameter=diameter, three_view=False)
    series = []
    for quantity, (fixed, sizes) in _write_series(work / "scaling", side).items():
        times: dict[int, list[float]] = {size: [] for size in sizes}
        _time(next(iter(sizes.values())), masks / f"{quantity}-warm-up", configuration, execution)
        for run in range(runs):
            for size, folder in sizes.items():
                results = masks / f"{quantity}-{size}-{run}"
                times[size].append(_time(folder, results, configuration, execution))
        series.append(Series(quantity, fixed, tuple(sizes), tuple(min(taken) for taken in times.values())))
    return series


def _time(source: Path, results: Path, configuration: Configuration, execution: Execution) -> float:
    began = time.perf_counter()
    segment_sequence(source, results, configuration, execution)
    return time.perf_counter() - began


def _write_series(work: Path, side: int) -> Mapping[str, tuple[str, dict[int, Path]]]:
    """Write frames (Z, Y, X) of all sizes; return by quantity what is fixed, and the folders by size."""
    lengths = [side + count * (side - side // OVERLAP) for count in range(len(_COUNTS))]
    deep = _simulate((_COUNTS[-1] * _DEPTH, side, side))
    wide = _simulate((_DEPTH, lengths[-1], lengths[-1]))
    frames = {count: [deep[first : first + _DEPTH] for first in range(0, count * _DEPTH, _DEPTH)] for count in _COUNTS}
    slices = {count * _DEPTH: [deep[: count * _DEPTH]] for count in _COUNTS}
    windows = [(lengths[rows], lengths[columns]) for rows, columns in _WINDOWS]
    pixels = {height * width: [wide[:, :height, :width]] for height, width in windows}
    return {
        "frames": (f"{_DEPTH} slices of {side} x {side}", _write(work, "frames", frames)),
        "slices": (f"one frame, {side} x {side}", _write(work, "slices", slices)),
        "pixels": (f"one frame of {_DEPTH} slices", _write(work, "pixels", pixels)),
    }


def _simulate(shape: tuple[int, int, int]) -> np.ndarray:
    parameters = replace(find_parameters(MODEL), shape=shape)
    return next(iter(simulate_frames(parameters, frames=1, seed=SEED))).image


def _write(work: Path, quantity: str, stacks: Mapping[int, Sequence[np.ndarray]]) -> dict[int, Path]:
    folders = {size: work / f"{quantity}-{size}-{some[0].shape[-1]}" for size, some in stacks.items()}
    for size, folder in folders.items():
        if not folder.is_dir():
            write_stacks(folder, stacks[size])
    return folders
