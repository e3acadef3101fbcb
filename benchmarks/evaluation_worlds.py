"""Write the sequences that the benchmark of the evaluator scores: ``python evaluation_worlds.py NAME FOLDER``."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

_MISSING_EVERY = 8


@dataclass(frozen=True)
class World:
    """A simulated sequence of cells that drift."""

    frames: int
    """Number of frames."""
    shape: tuple[int, int, int]
    """Slices, rows and columns of a frame."""
    cells: int
    """Cells in every frame."""
    radii: tuple[int, int, int]
    """Half axes z, y, x of a cell, in voxels."""


WORLDS = {
    "12 x 30 x 512 x 512, 40 cells": World(12, (30, 512, 512), 40, (4, 16, 16)),
    "3 x 13 x 1745 x 2440, 1500 nuclei": World(3, (13, 1745, 2440), 1500, (2, 12, 12)),
}


def write_world(world: World, folder: Path) -> None:
    """Write references and results; in the results every eighth cell is missing and the others are a voxel off."""
    centers = _centers(world)
    kept = np.arange(world.cells) % _MISSING_EVERY != 0
    for frame in range(world.frames):
        drift = np.array([0, 1.0, 0.5]) * frame
        truth = _draw(world, centers + drift, np.ones(world.cells, bool))
        _write(folder / "01_GT" / "SEG" / f"man_seg{frame:03}.tif", truth)
        _write(folder / "01_GT" / "TRA" / f"man_track{frame:03}.tif", truth)
        _write(folder / "01_RES" / f"mask{frame:03}.tif", _draw(world, centers + drift + np.array([0, 1, 1]), kept))
    labels = np.arange(1, world.cells + 1)
    _write_tracks(folder / "01_GT" / "TRA" / "man_track.txt", labels, world.frames)
    _write_tracks(folder / "01_RES" / "res_track.txt", labels[kept], world.frames)


def _centers(world: World) -> NDArray[np.float64]:
    """Choose places on a grid on which cells do not touch."""
    steps = 2.5 * np.array(world.radii)
    grid = np.ceil((np.array(world.shape) - 2 * np.array(world.radii)) / steps).astype(int)
    places = np.random.default_rng(7).permutation(grid.prod())[: world.cells]
    return np.stack(np.unravel_index(places, tuple(grid)), axis=1) * steps + np.array(world.radii)


def _draw(world: World, centers: NDArray[np.float64], kept: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Draw the kept cells as labeled ellipsoids."""
    labels = np.zeros(world.shape, np.uint16)
    for index in np.flatnonzero(kept):
        low = np.maximum(np.floor(centers[index] - world.radii), 0).astype(int)
        high = np.minimum(np.ceil(centers[index] + world.radii) + 1, world.shape).astype(int)
        box = tuple(slice(*ends) for ends in zip(low, high, strict=True))
        distances = [
            ((axis - c) / r) ** 2 for axis, c, r in zip(np.ogrid[box], centers[index], world.radii, strict=True)
        ]
        labels[box][sum(distances) <= 1] = index + 1
    return labels


def _write(path: Path, labels: NDArray[np.uint16]) -> None:
    """Write a mask as the challenge takes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, labels, photometric="minisblack", compression="zlib", metadata=None)


def _write_tracks(path: Path, labels: NDArray[np.int64], frames: int) -> None:
    """Write a track file in which every cell lives from the first to the last frame."""
    path.write_text("".join(f"{label} 0 {frames - 1} 0\n" for label in labels), encoding="ascii")


if __name__ == "__main__":
    write_world(WORLDS[sys.argv[1]], Path(sys.argv[2]))
