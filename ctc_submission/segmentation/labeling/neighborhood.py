"""The 26 neighbors of a voxel, and boxes around the foreground.

Voxels touch across a face, an edge or a corner. With boxes, cost grows with the cells and not with the frame.
"""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import ndimage

Box = tuple[slice, ...]

TOUCHING = np.ones((3, 3, 3), dtype=bool)
"""Structuring element (z, y, x) of 26-connected components."""

NEIGHBORS = np.array([step for step in itertools.product((-1, 0, 1), repeat=3) if any(step)])
"""Steps (26, 3) along z, y and x to the neighbors, in scan order: 13 backwards, then 13 forwards."""

_TILE = 256


def foreground_boxes(mask: np.ndarray) -> Iterator[Box]:
    """Cut the plane into tiles and yield the bounding box of the foreground in every tile that has some.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.

    Yields
    ------
    tuple of slice
        Disjoint boxes (z, y, x) that together hold the whole foreground.
    """
    _, height, width = mask.shape
    for y in range(0, height, _TILE):
        for x in range(0, width, _TILE):
            found = ndimage.find_objects(mask[:, y : y + _TILE, x : x + _TILE].view(np.uint8))
            if found:
                z, rows, columns = found[0]
                yield z, slice(rows.start + y, rows.stop + y), slice(columns.start + x, columns.stop + x)


def widen(box: Box, margin: Sequence[int], shape: Sequence[int]) -> Box:
    """Widen a box by a margin (z, y, x) on all sides, as far as the frame of that shape goes."""
    return tuple(
        slice(max(0, side.start - more), min(length, side.stop + more))
        for side, more, length in zip(box, margin, shape, strict=True)
    )


def inside(box: Box, wide: Box) -> Box:
    """Return where a box lies inside a wider one."""
    return tuple(
        slice(side.start - outer.start, side.stop - outer.start) for side, outer in zip(box, wide, strict=True)
    )
