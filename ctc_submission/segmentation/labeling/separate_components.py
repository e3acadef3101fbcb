"""Separate components of the foreground: groups of connected components that are far from each other.

Many small components are packed side by side in one volume, so that numpy is called a few times, not once for each.
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
"""A separate component (z, y, x) of bool and its box in the frame."""

_BLOCK = (1, 3, 3)
_WAITING = 1 << 23
_ENOUGH = 1 << 16
_ALIKE = 8


@dataclass(frozen=True)
class SeparateComponents:
    """The separate components of a foreground; iterating gives every component's box and the component in it."""

    mask: np.ndarray
    """The foreground (Z, Y, X), bool."""
    block: tuple[int, int, int]
    """Sides (z, y, x) in voxels of the blocks that the frame is divided into."""
    numbers: np.ndarray
    """The component, from 1, of every block; 0 where a block has no foreground."""
    boxes: list[Box]
    """Boxes of the components' blocks, widened by one voxel within the frame. They may overlap."""

    def __iter__(self) -> Iterator[tuple[Box, np.ndarray]]:
        """Yield every component's box and the component in it."""
        return map(self.crop, range(len(self.boxes)))

    def crop(self, index: int) -> tuple[Box, np.ndarray]:
        """Crop the component at an index.

        Returns
        -------
        box : tuple of slice
            Where the component lies, widened by one voxel within the frame.
        component : (z, y, x) ndarray of bool
            The component in its box, without the foreground of others.
        """
        box = self.boxes[index]
        blocks = tuple(
            slice(side.start // edge, -(-side.stop // edge)) for side, edge in zip(box, self.block, strict=True)
        )
        numbers = self.numbers[blocks]
        is_own = numbers == index + 1
        if np.count_nonzero(is_own) == np.count_nonzero(numbers):
            return _tighten(box, self.mask[box])
        for axis, (side, edge) in enumerate(zip(box, self.block, strict=True)):
            if edge > 1:
                is_own = is_own.take(np.arange(side.start, side.stop) // edge - side.start // edge, axis)
        return _tighten(box, np.logical_and(self.mask[box], is_own, out=is_own))


def find_separate_components(
    mask: np.ndarray, separation: Sequence[int], executor: Executor | None = None
) -> SeparateComponents:
    """Split the foreground into separate components, each in a box of its own.

    The frame is divided into blocks of a few voxels; blocks with foreground that touch belong to one component.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    separation : sequence of int
        Least number of background voxels (z, y, x) between two components, along one of the axes.
    executor : Executor, optional
        Threads to share the work.

    Returns
    -------
    SeparateComponents
        The components, by the scan order of their first blocks.
    """
    depth, height, width = block = tuple(max(sides) for sides in zip(_BLOCK, separation, strict=True))
    numbers, _ = ndimage.label(_shrink(mask, block, executor), TOUCHING)
    boxes = []
    for blocks in ndimage.find_objects(numbers):
        tight = tuple(slice(side.start * edge, side.stop * edge) for side, edge in zip(blocks, block, strict=True))
        boxes.append(widen(tight, (1, 1, 1), mask.shape))
    return SeparateComponents(mask, (depth, height, width), numbers, boxes)


def _tighten(box: Box, component: np.ndarray) -> tuple[Box, np.ndarray]:
    """Remove rows and columns without foreground, except one on every side."""
    z, rows, columns = box
    shadow = np.logical_or.reduce(component, axis=0)
    left, top, width, height = cv2.boundingRect(shadow.view(np.uint8))
    first, last = max(top - 1, 0), min(top + height + 1, component.shape[1])
    left, right = max(left - 1, 0), min(left + width + 1, component.shape[2])
    tight = z, slice(rows.start + first, rows.start + last), slice(columns.start + left, columns.start + right)
    return tight, component[:, first:last, left:right]


def _shrink(mask: np.ndarray, block: Sequence[int], executor: Executor | None) -> np.ndarray:
    """Return whether each block has foreground."""
    depth, height, width = block
    window = np.ones((height, width), np.uint8)
    shrunk = np.zeros([-(-side // edge) for side, edge in zip(mask.shape, block, strict=True)], bool)

    def shrink(of_slice: np.ndarray) -> np.ndarray:
        return cv2.dilate(of_slice.view(np.uint8), window, anchor=(0, 0))[::height, ::width].view(bool)

    for z, row in enumerate(map_ahead(shrink, mask, executor)):
        shrunk[z // depth] |= row
    return shrunk


@dataclass(frozen=True)
class Pack:
    """Separate components in a volume of their own, side by side along y."""

    mask: np.ndarray
    """The components (z, y, x), bool."""
    rows: np.ndarray
    """For every row (z, y) of a component, the index of its first voxel in the flat frame, int64."""

    def voxels(self) -> np.ndarray:
        """Return the indices in the flat frame, int64, of the components' voxels, in the scan order of the volume."""
        rows = np.arange(0, self.mask.size, self.mask.shape[2])
        away = self.rows.ravel() - rows
        return np.flatnonzero(self.mask) + np.repeat(away, np.count_nonzero(self.mask, axis=2).ravel())


def group_components(components: Iterable[Placed], shape: Sequence[int]) -> Iterator[list[Placed]]:
    """Group components of about equal width and depth.

    A component at a face of the frame along y or x stays alone: nothing is known of what lies beyond, but between the
    components of a pack there is background.

    Parameters
    ----------
    components : iterable of tuple
        Components and their boxes in the frame; a few of them are held in memory.
    shape : sequence of int
        Shape (Z, Y, X) of the frame.

    Yields
    ------
    list of tuple
        Components and their boxes, to be packed together.
    """
    waiting: list[Placed] = []
    size = 0
    for box, component in components:
        if any(side.start == 0 or side.stop == length for side, length in zip(box[1:], shape[1:], strict=True)):
            yield [(box, component)]
            continue
        waiting.append((box, component))
        size += component.size
        if size >= _WAITING:
            yield from _split(waiting)
            waiting, size = [], 0
    yield from _split(waiting)


def _split(components: list[Placed]) -> Iterator[list[Placed]]:
    """Split components into groups of some size, each of about equal width and depth."""
    group: list[Placed] = []
    size = 0
    for box, component in sorted(components, key=lambda placed: _likeness(placed[1].shape)):
        group.append((box, component))
        size += component.size
        if size >= _ENOUGH:
            yield group
            group, size = [], 0
    if group:
        yield group


def _likeness(shape: tuple[int, ...]) -> tuple[int, int, int]:
    depth, height, width = shape
    return width // _ALIKE, depth, height


def pack_components(components: Sequence[Placed], shape: Sequence[int], separation: int) -> Pack:
    """Copy components side by side into one volume, with the same surroundings as in the frame.

    A component at the frame's first or last slice lies at the volume's first or last.

    Parameters
    ----------
    components : sequence of tuple
        Components and their boxes in the frame.
    shape : sequence of int
        Shape (Z, Y, X) of the frame.
    separation : int
        Least number of background rows between two components; each has one at both ends of its box.

    Returns
    -------
    Pack
        The volume, and where its rows lie in the frame.
    """
    depths, heights, widths = np.transpose([component.shape for _, component in components])
    gap = max(0, separation - 2)
    ends = np.cumsum(heights + gap)
    mask = np.zeros((depths.max(), ends[-1] - gap, widths.max()), bool)
    rows = np.zeros(mask.shape[:2], np.int64)
    for ((z, y, x), component), end in zip(components, ends.tolist(), strict=True):
        depth, height, width = component.shape
        first = len(mask) - depth if z.stop == shape[0] else 0
        here = slice(first, first + depth), slice(end - gap - height, end - gap)
        mask[here][:, :, :width] = component
        planes = np.arange(z.start, z.stop, dtype=np.int64) * shape[1]
        rows[here] = np.add.outer(planes, np.arange(y.start, y.stop)) * shape[2] + x.start
    return Pack(mask, rows)
