"""Islands of the foreground: groups of pieces so far apart that none matters to another."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.boxes import Box, widen
from ctc_submission.segmentation.labeling.neighbors import TOUCHING

_CELL = (1, 3, 3)


@dataclass(frozen=True)
class Islands:
    """The islands of a foreground; iterating gives every island's box and the island in it."""

    mask: np.ndarray
    """The foreground (Z, Y, X), bool."""
    cell: tuple[int, int, int]
    """Edges (z, y, x) in voxels of the cells that the frame is divided into."""
    numbers: np.ndarray
    """The island, from 1, of every cell; 0 where a cell has no foreground."""
    boxes: list[Box]
    """Boxes of the islands' cells, with one voxel around them as far as the frame goes. They may overlap."""

    def __iter__(self) -> Iterator[tuple[Box, np.ndarray]]:
        """Yield every island's box and the island in it."""
        return map(self.cut, range(len(self.boxes)))

    def cut(self, place: int) -> tuple[Box, np.ndarray]:
        """Cut out the island at a place in the list.

        Returns
        -------
        box : tuple of slice
            Where the island lies, with one voxel around it as far as the frame goes.
        island : (z, y, x) ndarray of bool
            The island in its box, without the foreground of others.
        """
        box = self.boxes[place]
        cells = tuple(
            slice(side.start // edge, -(-side.stop // edge)) for side, edge in zip(box, self.cell, strict=True)
        )
        numbers = self.numbers[cells]
        is_own = numbers == place + 1
        if np.count_nonzero(is_own) == np.count_nonzero(numbers):
            return _tighten(box, self.mask[box])
        for axis, (side, edge) in enumerate(zip(box, self.cell, strict=True)):
            if edge > 1:
                is_own = is_own.take(np.arange(side.start, side.stop) // edge - side.start // edge, axis)
        return _tighten(box, np.logical_and(self.mask[box], is_own, out=is_own))


def find_islands(mask: np.ndarray, apart: Sequence[int], executor: Executor | None = None) -> Islands:
    """Part the foreground into islands, each in a box of its own.

    The frame is divided into cells of a few voxels; cells with foreground that touch are of one island.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    apart : sequence of int
        Voxels (z, y, x) of background that lie between two islands at least, along one of the axes.
    executor : Executor, optional
        Threads to share the work.

    Returns
    -------
    Islands
        The islands, by the scan order of their first cells.
    """
    depth, height, width = cell = tuple(max(sides) for sides in zip(_CELL, apart, strict=True))
    numbers, _ = ndimage.label(_shrink(mask, cell, executor), TOUCHING)
    boxes = []
    for cells in ndimage.find_objects(numbers):
        tight = tuple(slice(side.start * edge, side.stop * edge) for side, edge in zip(cells, cell, strict=True))
        boxes.append(widen(tight, (1, 1, 1), mask.shape))
    return Islands(mask, (depth, height, width), numbers, boxes)


def _tighten(box: Box, island: np.ndarray) -> tuple[Box, np.ndarray]:
    """Cut off rows and columns without foreground, but for one on every side."""
    z, rows, columns = box
    shadow = np.logical_or.reduce(island, axis=0)
    left, top, width, height = cv2.boundingRect(shadow.view(np.uint8))
    first, last = max(top - 1, 0), min(top + height + 1, island.shape[1])
    left, right = max(left - 1, 0), min(left + width + 1, island.shape[2])
    tight = z, slice(rows.start + first, rows.start + last), slice(columns.start + left, columns.start + right)
    return tight, island[:, first:last, left:right]


def _shrink(mask: np.ndarray, cell: Sequence[int], executor: Executor | None) -> np.ndarray:
    """Say of every cell whether it has foreground."""
    depth, height, width = cell
    window = np.ones((height, width), np.uint8)
    shrunk = np.zeros([-(-side // edge) for side, edge in zip(mask.shape, cell, strict=True)], bool)

    def shrink(of_slice: np.ndarray) -> np.ndarray:
        return cv2.dilate(of_slice.view(np.uint8), window, anchor=(0, 0))[::height, ::width].view(bool)

    for z, row in enumerate(map_ahead(shrink, mask, executor)):
        shrunk[z // depth] |= row
    return shrunk
