"""Stitching: sections of cells in the slices, joined to cells in 3D by their overlap."""

import numpy as np


def stitch_sections(component: np.ndarray, sections: np.ndarray, overlap: float) -> np.ndarray:
    """Join the sections that overlap in neighboring slices, each with at most one above and one below.

    The pairs that share most come first. Then sections two slices apart are joined in the same way, over what no
    section claims in the slice between, where the prediction of a center has failed.

    Parameters
    ----------
    component : (Z, Y, X) ndarray of bool
        A connected component of the foreground.
    sections : (Z, Y, X) ndarray of int32
        Sections 1 to N, rising with z; 0 where none is known.
    overlap : float
        Least part of the smaller section that both must share.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        Cells 1 to M in place of sections, and in the foreground between two sections of one cell.
    """
    is_free = component & (sections == 0)
    sizes = np.bincount(sections.ravel())
    nearest = _overlapping(sections[:-1], sections[1:], sizes, overlap)
    over_gap = _overlapping(sections[:-2] * is_free[1:-1], sections[2:], sizes, overlap)
    cells = _join(nearest + over_gap, len(sizes))[sections]
    is_between = is_free[1:-1] & (cells[:-2] == cells[2:])
    cells[1:-1][is_between] = cells[:-2][is_between]
    return cells


def _overlapping(upper: np.ndarray, lower: np.ndarray, sizes: np.ndarray, overlap: float) -> list[tuple[int, int]]:
    """List the pairs of sections, one from each stack, that share enough; those that share most come first."""
    shared = (upper > 0) & (lower > 0)
    (above, below), counts = np.unique(np.stack((upper[shared], lower[shared])), axis=1, return_counts=True)
    share = counts / np.minimum(sizes[above], sizes[below])
    order = np.argsort(-share, kind="stable")
    order = order[share[order] >= overlap]
    return list(zip(above[order].tolist(), below[order].tolist(), strict=True))


def _join(pairs: list[tuple[int, int]], count: int) -> np.ndarray:
    """Join pairs in turn where both are free on that side; give the cell of every section, 0 for 0."""
    first = np.arange(count)
    has_below = np.zeros(count, bool)
    for above, below in pairs:
        if not has_below[above] and first[below] == below:
            first[below] = above
            has_below[above] = True
    while not np.array_equal(further := first[first], first):
        first = further
    _, cells = np.unique(first, return_inverse=True)
    return cells.astype(np.int32)
