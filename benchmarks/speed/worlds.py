"""Frames to measure on: simulated at the sizes of the challenge's datasets, and written as the challenge has them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ctc_submission.challenge.files import write_frame
from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.simulation.simulation_parameters import find_parameters

SEED = 31


@dataclass(frozen=True)
class World:
    """Frames of one dataset."""

    dataset: str
    """Name of the dataset whose cells are simulated and whose configuration is measured."""
    shape: tuple[int, int, int]
    """Size (Z, Y, X) of a frame."""
    frames: int
    """How many frames."""

    @property
    def name(self) -> str:
        """Name of the world's folder."""
        return f"{self.dataset}-{self.frames}x{'x'.join(map(str, self.shape))}"


_REAL = {
    "Fluo-C3DL-MDA231": (30, 512, 512),
    "Fluo-N3DL-TRIC": (13, 1745, 2440),
    "Fluo-C3DH-A549-SIM": (29, 300, 350),
}
_TINY = {
    "Fluo-C3DL-MDA231": (4, 96, 96),
    "Fluo-N3DL-TRIC": (3, 120, 168),
    "Fluo-C3DH-A549-SIM": (3, 150, 175),
}
DATASETS = tuple(_REAL)
"""The datasets that can be measured."""


def plan_worlds(datasets: Sequence[str], frames: int, *, quick: bool) -> list[World]:
    """List the worlds to measure: at real size, or tiny ones."""
    shapes = _TINY if quick else _REAL
    return [World(dataset, shapes[dataset], frames) for dataset in datasets]


def write_world(world: World, work: Path) -> Path:
    """Simulate a world's frames, unless they are there already.

    Parameters
    ----------
    world : World
        What to simulate.
    work : Path
        Folder for all worlds.

    Returns
    -------
    Path
        Folder with ``t000.tif``, ``t001.tif``, ...; it is there whole or not at all.
    """
    folder = work / "frames" / world.name
    if not folder.is_dir():
        parameters = replace(find_parameters(world.dataset), shape=world.shape)
        simulated = simulate_frames(parameters, frames=world.frames, seed=SEED)
        write_stacks(folder, [frame.image for frame in simulated])
    return folder


def write_stacks(folder: Path, stacks: Sequence[np.ndarray]) -> None:
    """Write stacks (Z, Y, X) as frames 0, 1, ... of a folder, which gets its name when all are written."""
    unfinished = folder.with_name(f".{folder.name}.part")
    unfinished.mkdir(parents=True, exist_ok=True)
    for number, stack in enumerate(stacks):
        write_frame(unfinished / f"t{number:03d}.tif", stack)
    unfinished.rename(folder)
