"""Basins of a landscape turned upside down: every maximum with the voxels from which the steepest way up leads to it.

A watershed by steepest ascent: no queue, a few passes over the foreground alone, so a tissue of millions of voxels
takes seconds. Maxima that hardly rise above the pass to a higher one (their dynamics) are merged into it, from the
highest pass down, which keeps just the maxima that an h-maxima transform keeps (Grimaud 1992; with steepest ascent
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
    height: np.ndarray, mask: np.ndarray, *, dynamics: float, steps: tuple[float, float, float]
) -> np.ndarray:
    """Find the basins of the maxima of a landscape, 26-connected.

    Equal heights are told apart by scan order, so a plateau is one maximum and the result is unique.

    Parameters
    ----------
    height : (Z, Y, X) ndarray of float32
        The landscape; only its values in the mask matter, and they are finite.
    mask : (Z, Y, X) ndarray of bool
        Voxels to label.
    dynamics : float
        A maximum that rises no more than this above its highest pass is merged, in units of ``height``.
    steps : tuple of float
        Edges (z, y, x) of a voxel, for the slopes.

    Returns
    -------
    (M,) ndarray of int32
        The basins of the mask's voxels, in scan order: 1 to N by the scan order of the summits. Every basin is one
        26-connected piece.
    """
    padded = _pad(height, mask)
    land, place = padded.ravel(), np.zeros(padded.size, np.int32)
    voxels = np.flatnonzero(land > -np.inf).astype(np.int32 if land.size < 2**31 else np.int64)
    offsets = _AROUND @ np.array((padded.shape[1] * padded.shape[2], padded.shape[2], 1))
    basins, summits = _number(_climb(land, voxels, offsets, _lengths(steps)), voxels, place)
    if len(summits) > 1:
        place[voxels] = basins
        pairs, passes = _passes(land, place, voxels, offsets[_SELF + 1 :])
        basins = _merge(land[voxels[summits]], pairs, passes, dynamics)[basins]
    return basins


def label_basins(
    height: np.ndarray, mask: np.ndarray, *, dynamics: float, steps: tuple[float, float, float]
) -> np.ndarray:
    """Label the basins that ``find_basins`` finds, in a volume (Z, Y, X) of int32; 0 outside the mask."""
    labels = np.zeros(mask.shape, np.int32)
    labels[mask] = find_basins(height, mask, dynamics=dynamics, steps=steps)
    return labels


def _pad(height: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Surround the landscape by one voxel and sink all that is not in the mask."""
    land = np.full([side + 2 for side in mask.shape], -np.inf, np.float32)
    np.copyto(land[1:-1, 1:-1, 1:-1], height, where=mask)
    return land


@lru_cache
def _lengths(steps: tuple[float, float, float]) -> np.ndarray:
    """Give the lengths (27,) of the ways to all neighbors, and 1 for the way to itself."""
    lengths = np.linalg.norm(_AROUND * np.array(steps), axis=1)
    lengths[_SELF] = 1
    return lengths.astype(np.float32)


def _climb(land: np.ndarray, voxels: np.ndarray, offsets: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Point every voxel to its steepest higher neighbor, or to an equal one earlier in scan order, or to itself.

    Of equally steep ways the first in scan order is taken; the voxel itself stands in the middle of its neighbors.
    """
    upward = np.empty_like(voxels)
    for start, here in _chunks(voxels):
        slopes = land.take(here + offsets[:, np.newaxis], mode="wrap")
        slopes -= slopes[_SELF].copy()
        slopes /= lengths[:, np.newaxis]
        steepest = slopes.max(axis=0)
        way = np.empty_like(here)
        for slope, offset in zip(slopes[::-1], offsets[::-1], strict=True):
            way[slope == steepest] = offset
        upward[start : start + len(here)] = here + way
    return upward


def _chunks(voxels: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield a few voxels at a time, of the type numpy indexes with, and the place of the first among all."""
    for start in range(0, len(voxels), _CHUNK):
        yield start, voxels[start : start + _CHUNK].astype(np.intp)


def _number(upward: np.ndarray, voxels: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Follow all ways to their ends and number these from 1; give every voxel's number, and which voxels are summits.

    ``place``, as large as the landscape, is filled with every voxel's place among the voxels.
    """
    places = np.arange(len(voxels), dtype=place.dtype)
    place[voxels] = places
    ends = place[upward]
    while not np.array_equal(further := ends[ends], ends):
        ends = further
    is_summit = ends == places
    return np.cumsum(is_summit, dtype=np.int32)[ends], np.flatnonzero(is_summit)


def _passes(
    land: np.ndarray, basins: np.ndarray, voxels: np.ndarray, offsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the pairs (M, 2) of touching basins and the height (M,) of their highest pass, sorted from the highest."""
    count = int(basins.max(initial=0)) + 1
    keys, heights = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for _, here in _chunks(voxels):
        there = here + offsets[:, np.newaxis]
        own, other = basins[here], basins.take(there, mode="wrap")
        touching = np.flatnonzero((other != own) & (other != 0))
        place = touching % len(here)
        one, two = own[place].astype(np.int64), other.ravel()[touching]
        keys.append(np.minimum(one, two) * count + np.maximum(one, two))
        heights.append(np.minimum(land[here[place]], land[there.ravel()[touching]]))
    pair, place = np.unique(np.concatenate(keys), return_inverse=True)
    highest = np.full(len(pair), -np.inf, np.float32)
    np.maximum.at(highest, place, np.concatenate(heights))
    order = np.argsort(-highest, kind="stable")
    return np.stack(np.divmod(pair[order], count), axis=1), highest[order]


def _merge(peaks: np.ndarray, pairs: np.ndarray, passes: np.ndarray, dynamics: float) -> np.ndarray:
    """Merge basins over their passes, highest pass first; give the number, from 1, of what each becomes part of."""
    parent = list(range(len(peaks) + 1))
    peak = [0.0, *peaks.tolist()]

    def find(basin: int) -> int:
        while parent[basin] != basin:
            parent[basin] = basin = parent[parent[basin]]
        return basin

    for (one, two), height in zip(pairs.tolist(), passes.tolist(), strict=True):
        high, low = sorted((find(one), find(two)), key=lambda basin: (-peak[basin], basin))
        if peak[low] - height <= dynamics:
            parent[low] = high
    _, merged = np.unique([find(basin) for basin in range(len(parent))], return_inverse=True)
    return merged.astype(np.int32)
