"""Islands of the foreground: groups of pieces so far apart that none matters to another.

Many small islands are packed side by side in one volume, so that numpy is called a few times and not for every island.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING, Box, widen

Placed = tuple[Box, np.ndarray]
"""An island (z, y, x) of bool and its box in the frame."""

_CELL = (1, 3, 3)
_AT_HAND = 1 << 23
_ENOUGH = 1 << 16
_ALIKE = 8


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


@dataclass(frozen=True)
class Pack:
    """Islands in a volume of their own, side by side along y."""

    mask: np.ndarray
    """The islands (z, y, x), bool."""
    rows: np.ndarray
    """For every row (z, y) of an island, the place in the flat frame where its first voxel lies, int64."""

    def places(self) -> np.ndarray:
        """Give the places in the flat frame, int64, of the islands' voxels, in the scan order of the volume."""
        rows = np.arange(0, self.mask.size, self.mask.shape[2])
        away = self.rows.ravel() - rows
        return np.flatnonzero(self.mask) + np.repeat(away, np.count_nonzero(self.mask, axis=2).ravel())


def sort_islands(islands: Iterable[Placed], shape: Sequence[int]) -> Iterator[list[Placed]]:
    """Bring islands of about equal width and depth together.

    An island at a face of the frame along y or x stays alone: nothing is known of what lies beyond, but between the
    islands of a pack there is background.

    Parameters
    ----------
    islands : iterable of tuple
        Islands and their boxes in the frame; a few of them are held in memory.
    shape : sequence of int
        Shape (Z, Y, X) of the frame.

    Yields
    ------
    list of tuple
        Islands and their boxes, to be packed together.
    """
    at_hand: list[Placed] = []
    size = 0
    for box, island in islands:
        if any(side.start == 0 or side.stop == length for side, length in zip(box[1:], shape[1:], strict=True)):
            yield [(box, island)]
            continue
        at_hand.append((box, island))
        size += island.size
        if size >= _AT_HAND:
            yield from _part(at_hand)
            at_hand, size = [], 0
    yield from _part(at_hand)


def _part(islands: list[Placed]) -> Iterator[list[Placed]]:
    """Part islands into groups of some size, each of about equal width and depth."""
    group: list[Placed] = []
    size = 0
    for box, island in sorted(islands, key=lambda placed: _likeness(placed[1].shape)):
        group.append((box, island))
        size += island.size
        if size >= _ENOUGH:
            yield group
            group, size = [], 0
    if group:
        yield group


def _likeness(shape: tuple[int, ...]) -> tuple[int, int, int]:
    depth, height, width = shape
    return width // _ALIKE, depth, height


def pack_islands(islands: Sequence[Placed], shape: Sequence[int], apart: int) -> Pack:
    """Copy islands side by side into one volume, where all that matters to them is as it is in the frame.

    An island at the frame's first or last slice lies at the volume's first or last.

    Parameters
    ----------
    islands : sequence of tuple
        Islands and their boxes in the frame.
    shape : sequence of int
        Shape (Z, Y, X) of the frame.
    apart : int
        Rows of background between two islands at least; an island in a group has one at both ends of its box.

    Returns
    -------
    Pack
        The volume, and where its rows lie in the frame.
    """
    depths, heights, widths = np.transpose([island.shape for _, island in islands])
    gap = max(0, apart - 2)
    ends = np.cumsum(heights + gap)
    mask = np.zeros((depths.max(), ends[-1] - gap, widths.max()), bool)
    rows = np.zeros(mask.shape[:2], np.int64)
    for ((z, y, x), island), end in zip(islands, ends.tolist(), strict=True):
        depth, height, width = island.shape
        first = len(mask) - depth if z.stop == shape[0] else 0
        here = slice(first, first + depth), slice(end - gap - height, end - gap)
        mask[here][:, :, :width] = island
        planes = np.arange(z.start, z.stop, dtype=np.int64) * shape[1]
        rows[here] = np.add.outer(planes, np.arange(y.start, y.stop)) * shape[2] + x.start
    return Pack(mask, rows)
