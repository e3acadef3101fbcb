"""A cell drawn in its own box, and how boxes are painted into a frame."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Patch:
    """One cell in its own box."""

    origin: tuple[int, int, int]
    """Index (z, y, x) in the frame of the box's first voxel; it may lie outside the frame."""
    depth: np.ndarray
    """(Z, Y, X) float32 distance to the surface in pixels of y and x, positive inside."""
    light: np.ndarray
    """(Z, Y, X) float32 brightness, 1 for an average cell; it counts only inside."""


@dataclass(frozen=True)
class Box:
    """The voxels around a cell: where they are in the frame, and how far from the cell's center."""

    origin: tuple[int, int, int]
    """Index (z, y, x) in the frame of the first voxel."""
    shape: tuple[int, int, int]
    """Size (Z, Y, X)."""
    offsets: tuple[np.ndarray, np.ndarray, np.ndarray]
    """Open grid of float32 distances (z, y, x) from the center to each voxel, in pixels of y and x."""


def make_box(center: np.ndarray, reach: np.ndarray, anisotropy: float) -> Box:
    """Make the box of all voxels nearer than `reach` to `center`.

    Parameters
    ----------
    center, reach : (3,) ndarray of float
        Position and half size (z, y, x) in pixels of y and x.
    anisotropy : float
        Voxel size in z relative to y and x.
    """
    voxel = np.array([anisotropy, 1.0, 1.0])
    first = np.ceil((center - reach) / voxel).astype(int)
    last = np.floor((center + reach) / voxel).astype(int)
    shape = np.maximum(last - first + 1, 1)
    ranges = [np.arange(start, start + length) for start, length in zip(first, shape, strict=True)]
    offsets = [
        (each * size - middle).astype(np.float32) for each, size, middle in zip(ranges, voxel, center, strict=True)
    ]
    z, y, x = np.ix_(*offsets)
    return Box(tuple(first.tolist()), tuple(shape.tolist()), (z, y, x))


def paint_patches(patches: Iterable[tuple[int, Patch]], shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Paint labeled patches into a frame; where cells overlap, a voxel goes to the one that it lies deeper in.

    Parameters
    ----------
    patches : iterable of (int, Patch)
        Labels and cells.
    shape : tuple of int
        Size (Z, Y, X) of the frame.

    Returns
    -------
    labels : (Z, Y, X) ndarray of int32
        0 outside all cells.
    light : (Z, Y, X) ndarray of float32
        Brightness, 0 outside all cells.
    """
    labels = np.zeros(shape, np.int32)
    light = np.zeros(shape, np.float32)
    deepest = np.zeros(shape, np.float32)
    for label, patch in patches:
        starts = np.maximum(patch.origin, 0)
        stops = np.minimum(np.add(patch.origin, patch.depth.shape), shape)
        if np.any(stops <= starts):
            continue
        there = tuple(slice(a, b) for a, b in zip(starts, stops, strict=True))
        here = tuple(slice(a - o, b - o) for a, b, o in zip(starts, stops, patch.origin, strict=True))
        wins = patch.depth[here] > deepest[there]
        deepest[there][wins] = patch.depth[here][wins]
        labels[there][wins] = label
        light[there][wins] = patch.light[here][wins]
    return labels, light


def darken_contacts(labels: np.ndarray, light: np.ndarray, cleft: float = 0.35) -> np.ndarray:
    """Darken the voxels where two cells touch in y or x: between cells there is always a cleft.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int
        Cells, 0 is background.
    light : (Z, Y, X) ndarray of float32
        Brightness.
    cleft : float
        Brightness of the cleft relative to that of the cells.

    Returns
    -------
    (Z, Y, X) ndarray of float32
        Brightness with clefts two pixels wide.
    """
    touching = np.zeros(labels.shape, bool)
    for first, second in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[:, :, 1:], np.s_[:, :, :-1])):
        contact = (labels[first] != labels[second]) & (labels[first] > 0) & (labels[second] > 0)
        touching[first] |= contact
        touching[second] |= contact
    return np.where(touching, np.float32(cleft) * light, light)
