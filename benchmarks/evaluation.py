"""Time the evaluator side by side with py-ctcmetrics and traccuracy, each call in a process of its own.

Run by ``run_scripts/benchmark_evaluation.sh``, which installs the other tools in an environment of their own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_TIMES = 3


@dataclass(frozen=True)
class World:
    """One simulated sequence to score."""

    name: str
    """Folder of the dataset."""
    frames: int
    """Number of frames."""
    shape: tuple[int, int, int]
    """Slices, rows and columns of a frame."""
    cells: int
    """Cells in every frame."""
    radii: tuple[int, int, int]
    """Half axes z, y, x of a cell, in voxels."""


WORLDS = (
    World("twelve-frames-40-cells", 12, (30, 512, 512), 40, (4, 16, 16)),
    World("three-frames-1500-nuclei", 3, (13, 1745, 2440), 1500, (2, 12, 12)),
)


@dataclass(frozen=True)
class Timing:
    """What one call took."""

    seconds: float
    """Wall time of the whole process, the best of several runs."""
    mebibytes: float
    """Largest resident memory of the process."""
    answer: str
    """What it printed."""


def make_world(world: World, folder: Path) -> None:
    """Write references and results of ellipsoids that drift; every eighth is missing and each is a voxel off."""
    import numpy as np
    import tifffile

    rng = np.random.default_rng(7)
    grid = [int(np.ceil(size / (2.5 * radius))) for size, radius in zip(world.shape, world.radii, strict=True)]
    places = rng.permutation(grid[0] * grid[1] * grid[2])[: world.cells]
    if len(places) < world.cells:
        raise ValueError(f"{world.name}: room for {len(places)} cells, expected {world.cells}")
    centers = np.stack(np.unravel_index(places, grid), axis=1) * 2.5 * np.array(world.radii) + np.array(world.radii)
    for frame in range(world.frames):
        drift = np.array([0, 1.0, 0.5]) * frame
        truth = _draw(world, centers + drift, skip=0)
        found = _draw(world, centers + drift + np.array([0, 1, 1]), skip=8)
        for path, labels in (
            (folder / "01_GT" / "SEG" / f"man_seg{frame:03}.tif", truth),
            (folder / "01_GT" / "TRA" / f"man_track{frame:03}.tif", truth),
            (folder / "01_RES" / f"mask{frame:03}.tif", found),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            tifffile.imwrite(path, labels, photometric="minisblack", compression="zlib", metadata=None)
        for path, labels in (("01_GT/TRA/man_track.txt", truth), ("01_RES/res_track.txt", found)):
            present = sorted(set(np.unique(labels).tolist()) - {0})
            lines = [f"{label} 0 {world.frames - 1} 0\n" for label in present]
            (folder / path).write_text("".join(lines))


def _draw(world: World, centers, skip: int):  # noqa: ANN001, ANN202
    """Draw labelled ellipsoids; every `skip`-th is left out."""
    import numpy as np

    labels = np.zeros(world.shape, np.uint16)
    for label, center in enumerate(centers, start=1):
        if skip and label % skip == 0:
            continue
        low = np.maximum(np.floor(center - world.radii), 0).astype(int)
        high = np.minimum(np.ceil(center + world.radii) + 1, world.shape).astype(int)
        box = tuple(slice(*ends) for ends in zip(low, high, strict=True))
        axes = np.ogrid[box]
        inside = sum(((a - c) / r) ** 2 for a, c, r in zip(axes, center, world.radii, strict=True)) <= 1
        labels[box][inside] = label
    return labels
