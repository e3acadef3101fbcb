"""Basins of a landscape turned upside down: every maximum with the voxels from which the steepest way up leads to it.

A watershed by steepest ascent: no queue, a few passes over the foreground alone, so a tissue of millions of voxels
takes seconds. Maxima that hardly rise above the pass to a higher one (their dynamics) are merged into it, from the
highest pass down, which keeps just the maxima that an h-maxima transform keeps (Grimaud 1992; with steepest ascent
also known as ToMATo, Chazal et al. 2013, doi:10.1145/2535927).
"""

from collections.abc import Iterator

import numpy as np

from ctc_submission.segmentation.labeling.neighbours import NEIGHBOURS

_CHUNK = 1 << 18


def label_basins(
    height: np.ndarray, mask: np.ndarray, *, dynamics: float, steps: tuple[float, float, float]
) -> np.ndarray:
    """Label the basins of the maxima of a landscape, 26-connected.

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
    (Z, Y, X) ndarray of int32
        0 outside the mask; every label is one 26-connected piece, 1 to N.
    """
    padded = _pad(height, mask)
    land, shape = padded.ravel(), padded.shape
    voxels = np.flatnonzero(land > -np.inf).astype(np.int32 if land.size < 2**31 else np.int64)
    offsets = _offsets(shape, steps)
    basins, summits = _number(_climb(land, voxels, offsets), voxels)
    pairs, passes = _passes(land, basins, voxels, offsets)
    merged = _merge(land[summits], pairs, passes, dynamics)
    basins[voxels] = merged[basins[voxels]]
    return basins.reshape(shape)[1:-1, 1:-1, 1:-1].astype(np.int32)


def _pad(height: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Surround the landscape by one voxel and sink all that is not in the mask."""
    land = np.full([side + 2 for side in mask.shape], -np.inf, np.float32)
    np.copyto(land[1:-1, 1:-1, 1:-1], height, where=mask)
    return land


def _offsets(shape: tuple[int, ...], steps: tuple[float, float, float]) -> list[tuple[int, np.float32]]:
    """Give the flat offset and the length of the way to each neighbour, in scan order."""
    strides = np.array((shape[1] * shape[2], shape[2], 1))
    lengths = np.linalg.norm(NEIGHBOURS * np.array(steps), axis=1).astype(np.float32)
    return list(zip((NEIGHBOURS @ strides).tolist(), lengths, strict=True))


def _chunks(voxels: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(voxels), _CHUNK):
        yield voxels[start : start + _CHUNK]


def _climb(land: np.ndarray, voxels: np.ndarray, offsets: list[tuple[int, np.float32]]) -> np.ndarray:
    """Point every voxel to its steepest higher neighbour, or to an equal one earlier in scan order, or to itself."""
    upward = np.zeros(land.size, voxels.dtype)
    for here in _chunks(voxels):
        target, ground = here.copy(), land[here]
        steepest = np.full(len(here), -np.finfo(np.float32).tiny, np.float32)
        for offset, length in offsets:
            slope = (land[here + offset] - ground) / length
            better = slope > (steepest if offset < 0 else np.maximum(steepest, 0))
            steepest[better] = slope[better]
            target[better] = here[better] + offset
        upward[here] = target
    return upward


def _number(upward: np.ndarray, voxels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Follow all ways to their ends and number these from 1, in place; give the numbers and the summits."""
    ends = upward[voxels]
    while not np.array_equal(further := upward[ends], ends):
        upward[voxels] = ends = further
    summits = voxels[ends == voxels]
    numbers = upward
    numbers[summits] = np.arange(1, len(summits) + 1)
    numbers[voxels] = numbers[ends]
    return numbers, summits


def _passes(
    land: np.ndarray, basins: np.ndarray, voxels: np.ndarray, offsets: list[tuple[int, np.float32]]
) -> tuple[np.ndarray, np.ndarray]:
    """Find the pairs (M, 2) of touching basins and the height (M,) of their highest pass, sorted from the highest."""
    count = int(basins.max(initial=0)) + 1
    keys, heights = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for here in _chunks(voxels):
        own, ground = basins[here].astype(np.int64), land[here]
        for offset, _ in offsets[len(offsets) // 2 :]:
            other = basins[here + offset]
            border = (other != own) & (other != 0)
            low, high = np.minimum(own[border], other[border]), np.maximum(own[border], other[border])
            keys.append(low * count + high)
            heights.append(np.minimum(ground[border], land[here[border] + offset]))
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
