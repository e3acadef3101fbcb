"""Islands of the foreground: groups of pieces so far apart that none matters to another."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.labeling.boxes import Box, widen
from ctc_submission.segmentation.labeling.neighbours import TOUCHING

_CELL = (1, 4, 4)


def find_islands(mask: np.ndarray, apart: Sequence[int]) -> Iterator[tuple[Box, np.ndarray]]:
    """Part the foreground into islands, each in a box of its own.

    The frame is divided into cells of a few voxels; cells with foreground that touch are of one island.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    apart : sequence of int
        Voxels (z, y, x) of background that lie between two islands at least, along one of the axes.

    Yields
    ------
    box : tuple of slice
        Where the island lies, with one voxel around it as far as the frame goes. Boxes may overlap.
    island : (z, y, x) ndarray of bool
        The island in its box, without the foreground of others.
    """
    cell = [max(sides) for sides in zip(_CELL, apart, strict=True)]
    numbers, _ = ndimage.label(_shrink(mask, cell), TOUCHING)
    for number, cells in enumerate(ndimage.find_objects(numbers), start=1):
        tight = tuple(slice(side.start * edge, side.stop * edge) for side, edge in zip(cells, cell, strict=True))
        box = widen(tight, (1, 1, 1), mask.shape)
        yield box, mask[box] & _enlarge(numbers, number, box, cell)


def _enlarge(numbers: np.ndarray, number: int, box: Box, cell: Sequence[int]) -> np.ndarray:
    """Say of every voxel of a box whether its cell has that number."""
    cells = tuple(slice(side.start // edge, -(-side.stop // edge)) for side, edge in zip(box, cell, strict=True))
    is_own = numbers[cells] == number
    for axis, (side, edge) in enumerate(zip(box, cell, strict=True)):
        is_own = is_own.take(np.arange(side.start, side.stop) // edge - side.start // edge, axis)
    return is_own


def _shrink(mask: np.ndarray, cell: Sequence[int]) -> np.ndarray:
    """Say of every cell whether it has foreground."""
    depth, height, width = cell
    window = np.ones((height, width), np.uint8)
    slices = np.stack([cv2.dilate(part.view(np.uint8), window, anchor=(0, 0))[::height, ::width] for part in mask])
    return slices if depth == 1 else np.logical_or.reduceat(slices, np.arange(0, len(slices), depth), axis=0)
