"""Basins of local maxima: every maximum with the voxels from which the steepest ascent leads to it.

A watershed by steepest ascent: no queue, a few sweeps over the foreground alone, so a tissue of millions of voxels
takes seconds. Maxima that hardly rise above the saddle to a higher one (their dynamics) are merged into it, from the
highest saddle down, which keeps just the maxima that an h-maxima transform keeps (Grimaud 1992; with steepest ascent
also known as ToMATo, Chazal et al. 2013, doi:10.1145/2535927).
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from ctc_submission.segmentation.labeling.neighborhood import NEIGHBORS

_CHUNK = 1 << 12
_SELF = len(NEIGHBORS) // 2
_AROUND = np.insert(NEIGHBORS, _SELF, 0, axis=0)


def find_basins(
    values: np.ndarray, mask: np.ndarray, *, dynamics: float, steps: tuple[float, float, float]
) -> np.ndarray:
    """Find the basins of the local maxima of a distance map or heatmap, 26-connected.

    Equal values are ordered by scan order, so a plateau is one maximum and the result is unique.

    Parameters
    ----------
    values : (Z, Y, X) ndarray of float32
        Distance map or heatmap; only values in the mask matter, and they are finite.
    mask : (Z, Y, X) ndarray of bool
        Voxels to label.
    dynamics : float
        A maximum that rises no more than this above its highest saddle is merged, in units of ``values``.
    steps : tuple of float
        Voxel size (z, y, x), for the slopes.

    Returns
    -------
    (M,) ndarray of int32
        The basins of the mask's voxels, in scan order: 1 to N by the scan order of the maxima. Every basin is one
        26-connected component.
    """
    padded = _pad(values, mask)
    flat, position = padded.ravel(), np.zeros(padded.size, np.int32)
    voxels = np.flatnonzero(flat > -np.inf).astype(np.int32 if flat.size < 2**31 else np.int64)
    offsets = _AROUND @ np.array((padded.shape[1] * padded.shape[2], padded.shape[2], 1))
    basins, maxima = _number(_ascend(flat, voxels, offsets, _lengths(steps)), voxels, position)
    if len(maxima) > 1:
        position[voxels] = basins
        pairs, saddles = _find_saddles(flat, position, voxels, offsets[_SELF + 1 :])
        basins = _merge(flat[voxels[maxima]], pairs, saddles, dynamics)[basins]
    return basins


def label_basins(
    values: np.ndarray, mask: np.ndarray, *, dynamics: float, steps: tuple[float, float, float]
) -> np.ndarray:
    """Label the basins that ``find_basins`` finds, in a volume (Z, Y, X) of int32; 0 outside the mask."""
    labels = np.zeros(mask.shape, np.int32)
    labels[mask] = find_basins(values, mask, dynamics=dynamics, steps=steps)
    return labels


def _pad(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Pad the values by one voxel, with minus infinity there and outside the mask."""
    padded = np.full([side + 2 for side in mask.shape], -np.inf, np.float32)
    np.copyto(padded[1:-1, 1:-1, 1:-1], values, where=mask)
    return padded


@lru_cache
def _lengths(steps: tuple[float, float, float]) -> np.ndarray:
    """Return the distances (27,) to all neighbors, and 1 for the voxel itself."""
    lengths = np.linalg.norm(_AROUND * np.array(steps), axis=1)
    lengths[_SELF] = 1
    return lengths.astype(np.float32)


def _ascend(flat: np.ndarray, voxels: np.ndarray, offsets: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Point every voxel to its steepest higher neighbor, or to an equal one earlier in scan order, or to itself.

    Of equally steep neighbors the first in scan order is taken; the voxel itself stands in the middle of its neighbors.
    """
    ascent = np.empty_like(voxels)
    for start, here in _chunks(voxels):
        slopes = flat.take(here + offsets[:, np.newaxis], mode="wrap")
        slopes -= slopes[_SELF].copy()
        slopes /= lengths[:, np.newaxis]
        steepest = slopes.max(axis=0)
        step = np.empty_like(here)
        for slope, offset in zip(slopes[::-1], offsets[::-1], strict=True):
            step[slope == steepest] = offset
        ascent[start : start + len(here)] = here + step
    return ascent


def _chunks(voxels: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield a few voxels at a time, of the type numpy indexes with, and the position of the first among all."""
    for start in range(0, len(voxels), _CHUNK):
        yield start, voxels[start : start + _CHUNK].astype(np.intp)


def _number(ascent: np.ndarray, voxels: np.ndarray, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Follow the ascents and number the maxima from 1; return every voxel's number, and the positions of the maxima.

    ``position``, as large as the padded values, is filled with every voxel's position among the voxels.
    """
    positions = np.arange(len(voxels), dtype=position.dtype)
    position[voxels] = positions
    ends = position[ascent]
    while not np.array_equal(further := ends[ends], ends):
        ends = further
    is_maximum = ends == positions
    return np.cumsum(is_maximum, dtype=np.int32)[ends], np.flatnonzero(is_maximum)


def _find_saddles(
    flat: np.ndarray, basins: np.ndarray, voxels: np.ndarray, offsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the pairs (M, 2) of touching basins and the value (M,) of their highest saddle, sorted from the highest."""
    count = int(basins.max(initial=0)) + 1
    keys, levels = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for _, here in _chunks(voxels):
        there = here + offsets[:, np.newaxis]
        own, other = basins[here], basins.take(there, mode="wrap")
        touching = np.flatnonzero((other != own) & (other != 0))
        position = touching % len(here)
        one, two = own[position].astype(np.int64), other.ravel()[touching]
        keys.append(np.minimum(one, two) * count + np.maximum(one, two))
        levels.append(np.minimum(flat[here[position]], flat[there.ravel()[touching]]))
    pair, position = np.unique(np.concatenate(keys), return_inverse=True)
    highest = np.full(len(pair), -np.inf, np.float32)
    np.maximum.at(highest, position, np.concatenate(levels))
    order = np.argsort(-highest, kind="stable")
    return np.stack(np.divmod(pair[order], count), axis=1), highest[order]


def _merge(peaks: np.ndarray, pairs: np.ndarray, saddles: np.ndarray, dynamics: float) -> np.ndarray:
    """Merge basins over their saddles, highest first; return the number, from 1, of the basin each becomes part of."""
    parent = list(range(len(peaks) + 1))
    peak = [0.0, *peaks.tolist()]

    def find(basin: int) -> int:
        while parent[basin] != basin:
            parent[basin] = basin = parent[parent[basin]]
        return basin

    for (one, two), saddle in zip(pairs.tolist(), saddles.tolist(), strict=True):
        high, low = sorted((find(one), find(two)), key=lambda basin: (-peak[basin], basin))
        if peak[low] - saddle <= dynamics:
            parent[low] = high
    _, merged = np.unique([find(basin) for basin in range(len(parent))], return_inverse=True)
    return merged.astype(np.int32)
