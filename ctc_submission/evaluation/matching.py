"""Which result object stands for which reference object, in one reference file."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.evaluation.overlap import OverlapTable


@dataclass(frozen=True)
class Matching:
    """The objects of one reference file and their matches, by ascending label."""

    labels: NDArray[np.int64]
    """(R,) labels of the reference objects."""
    sizes: NDArray[np.int64]
    """(R,) their voxels."""
    centers: NDArray[np.float64]
    """(R, 3) their centers of mass z, y, x, in voxels."""
    matches: NDArray[np.int64]
    """(R,) label of the matched result object, 0 without one."""
    jaccard: NDArray[np.float64]
    """(R,) intersection over union with the match, 0 without one."""
    result_labels: NDArray[np.int64]
    """(S,) labels of the result objects."""
    result_sizes: NDArray[np.int64]
    """(S,) their voxels in what is compared."""
    result_centers: NDArray[np.float64]
    """(S, 3) their centers of mass z, y, x, in voxels."""
    result_counts: NDArray[np.int64]
    """(S,) number of reference objects that each matches."""


def match_objects(table: OverlapTable) -> Matching:
    """Match objects as the challenge does: result S matches reference R where |R and S| > 0.5 |R|, strictly.

    At most one S can match an R; one S may match several R.
    """
    labels, sizes, centers = _objects(table.reference, table)
    result_labels, result_sizes, result_centers = _objects(table.result, table)
    rows = np.flatnonzero((table.reference > 0) & (table.result > 0))
    owners = np.searchsorted(labels, table.reference[rows])
    enough = 2 * table.voxels[rows] > sizes[owners]
    rows, owners = rows[enough], owners[enough]
    partners = np.searchsorted(result_labels, table.result[rows])
    union = sizes[owners] + result_sizes[partners] - table.voxels[rows]
    matches, jaccard = np.zeros(len(labels), np.int64), np.zeros(len(labels))
    matches[owners] = table.result[rows]
    jaccard[owners] = table.voxels[rows] / union
    counts = np.bincount(partners, minlength=len(result_labels))
    return Matching(labels, sizes, centers, matches, jaccard, result_labels, result_sizes, result_centers, counts)


def _objects(
    column: NDArray[np.int64], table: OverlapTable
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Labels, sizes and centers of the objects in one column of the table."""
    labels, indices = np.unique(column, return_inverse=True)
    sums = np.zeros((len(labels), 4), np.int64)
    np.add.at(sums, indices, np.concatenate((table.voxels[:, None], table.sums), axis=1))
    objects = labels > 0
    labels, sums = labels[objects], sums[objects]
    return labels, sums[:, 0], sums[:, 1:] / sums[:, :1]
