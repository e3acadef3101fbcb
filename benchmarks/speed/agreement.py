"""Whether two runs made the same masks, and where not, how much differs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile


@dataclass(frozen=True)
class Agreement:
    """How two folders of masks compare, all frames together."""

    voxels: int
    """Voxels compared."""
    labels: int
    """Voxels whose label differs. One voxel more or less can renumber all cells after it in its slice."""
    foreground: int
    """Voxels that are foreground in one mask only."""
    cells: int
    """Voxels that differ once every label of a slice is renamed to the one it shares most with."""

    @property
    def identical(self) -> bool:
        """Whether every voxel has the same label."""
        return not self.labels


def compare_masks(one: Path, other: Path) -> Agreement:
    """Compare the masks of two folders, slice by slice.

    Parameters
    ----------
    one, other : Path
        Folders with ``mask000.tif``, ...

    Raises
    ------
    ValueError
        If they do not hold masks of the same names and sizes.
    """
    names = [sorted(path.name for path in folder.glob("mask*.tif")) for folder in (one, other)]
    if names[0] != names[1]:
        raise ValueError(f"{one} holds the masks {names[0]}, {other} {names[1]}: expected the same")
    compared = [compare_stacks(tifffile.imread(one / name), tifffile.imread(other / name)) for name in names[0]]
    totals = np.sum([(each.voxels, each.labels, each.foreground, each.cells) for each in compared], axis=0)
    return Agreement(*totals.tolist())


def compare_stacks(one: np.ndarray, other: np.ndarray) -> Agreement:
    """Compare two stacks of labels (Z, Y, X) of integers whose labels restart in every slice.

    Raises
    ------
    ValueError
        If their sizes differ.
    """
    if one.shape != other.shape:
        raise ValueError(f"masks are {one.shape} and {other.shape}, expected the same size")
    cells = sum(_count_unmatched(*slices) for slices in zip(one, other, strict=True))
    return Agreement(
        voxels=one.size,
        labels=int(np.count_nonzero(one != other)),
        foreground=int(np.count_nonzero((one > 0) != (other > 0))),
        cells=cells,
    )


def _count_unmatched(one: np.ndarray, other: np.ndarray) -> int:
    """Count the pixels (Y, X) outside the pairs of labels that share most with each other; 0 pairs with 0 alone."""
    count = int(other.max()) + 1
    keys, shared = np.unique(one.astype(np.int64) * count + other, return_counts=True)
    pairs = np.divmod(keys, count)
    is_pair = (pairs[0] > 0) == (pairs[1] > 0)
    order = np.flatnonzero(is_pair)[np.argsort(-shared[is_pair], kind="stable")]
    first_of_one, first_of_other = (np.unique(labels[order], return_index=True)[1] for labels in pairs)
    best = order[np.intersect1d(first_of_one, first_of_other)]
    return int(one.size - shared[best].sum())
