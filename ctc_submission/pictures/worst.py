"""The annotated slice in which reference annotation and result agree least."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def mean_overlap(reference: NDArray, result: NDArray) -> float:
    """Return the mean, over the reference's cells, of intersection over union with the result cell on most of each.

    Parameters
    ----------
    reference, result : (Y, X) ndarray of uint8 or uint16
        Labels; result cells without a reference cost nothing.

    Returns
    -------
    float
        From 0 to 1; 1 where the reference has no cell.
    """
    pairs, voxels = np.unique(reference.astype(np.int64) << 16 | result, return_counts=True)
    cells, found = pairs >> 16, pairs & 0xFFFF
    sizes = np.bincount(result.ravel())
    best: dict[int, tuple[int, float]] = {int(cell): (0, 0.0) for cell in np.unique(cells[cells > 0])}
    for cell, label, shared in zip(cells.tolist(), found.tolist(), voxels.tolist(), strict=True):
        if cell and label and shared > best[cell][0]:
            union = int(voxels[cells == cell].sum()) + int(sizes[label]) - shared
            best[cell] = shared, shared / union
    return float(np.mean([index for _, index in best.values()])) if best else 1.0


def find_worst_slice(reference: Mapping[int, NDArray], result: NDArray) -> int | None:
    """Find the annotated slice with the least mean overlap; of several, that with the most annotated pixels.

    Parameters
    ----------
    reference : mapping of int to (Y, X) ndarray
        Labels of annotated slices, by the slice's number.
    result : (Z, Y, X) ndarray
        Labels of the result.

    Returns
    -------
    int or None
        None where no slice with a cell is annotated.
    """
    shown = [z for z, labels in reference.items() if labels.any()]
    if not shown:
        return None
    return min(shown, key=lambda z: (mean_overlap(reference[z], result[z]), -np.count_nonzero(reference[z]), z))
