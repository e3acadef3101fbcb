"""The overlap table of a reference mask and a result mask, from which every measure is read.

Sparse: one row for each pair of labels that share voxels, so it costs time linear in the voxels and no array of labels
times labels. Counted over runs, stretches of a row along which neither mask changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class OverlapTable:
    """Shared voxels of each pair (reference label, result label) but (0, 0), sorted by pair."""

    reference: NDArray[np.int64]
    """(N,) reference labels; 0 where the result has voxels outside every reference object."""
    result: NDArray[np.int64]
    """(N,) result labels; 0 where the reference has voxels outside every result object."""
    voxels: NDArray[np.int64]
    """(N,) numbers of shared voxels."""
    sums: NDArray[np.int64]
    """(N, 3) sums of the coordinates z, y, x of these voxels, in voxels."""
    size: int
    """Number of all voxels compared, background included."""


def overlap_of_slice(reference: NDArray[np.uint16], result: NDArray[np.uint16], z: int) -> OverlapTable:
    """Count the overlaps in one slice.

    Parameters
    ----------
    reference, result : (Y, X) ndarray of uint16
        Labels; 0 is background. C-contiguous and of one shape.
    z : int
        Number of the slice.
    """
    starts = _run_starts(reference, result)
    lengths = np.diff(starts, append=reference.size)
    keys = (reference.ravel()[starts].astype(np.uint32) << np.uint32(16)) | result.ravel()[starts]
    kept = np.flatnonzero(keys)
    starts, lengths, keys = starts[kept], lengths[kept], keys[kept]
    y, x = np.divmod(starts, max(1, reference.shape[1]))
    columns = (lengths, z * lengths, y * lengths, x * lengths + lengths * (lengths - 1) // 2)
    return _group(keys, np.stack(columns, axis=1), reference.size)


def merge_tables(tables: Sequence[OverlapTable]) -> OverlapTable:
    """Add up the tables of one or more slices of one frame."""
    keys = np.concatenate([(table.reference << 16) | table.result for table in tables])
    columns = [np.concatenate((table.voxels[:, None], table.sums), axis=1) for table in tables]
    return _group(keys.astype(np.uint32), np.concatenate(columns), sum(table.size for table in tables))


def _run_starts(reference: NDArray[np.uint16], result: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Flat indices at which either mask changes or a row begins."""
    starts = np.zeros(reference.shape, bool)
    starts[:, :1] = True
    np.not_equal(reference[:, 1:], reference[:, :-1], out=starts[:, 1:])
    starts[:, 1:] |= result[:, 1:] != result[:, :-1]
    return np.flatnonzero(starts)


def _group(keys: NDArray[np.uint32], columns: NDArray[np.int64], size: int) -> OverlapTable:
    """Sum the columns (voxels, then coordinate sums) over equal keys (reference label * 65536 + result label)."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    firsts = np.flatnonzero(np.diff(keys, prepend=~keys[:1]))
    sums = np.add.reduceat(columns[order], firsts, axis=0)
    pairs = keys[firsts].astype(np.int64)
    return OverlapTable(pairs >> 16, pairs & 0xFFFF, sums[:, 0], sums[:, 1:], size)
