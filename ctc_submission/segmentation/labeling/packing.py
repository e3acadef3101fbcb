"""Many small islands side by side in one volume, so that numpy is called a few times and not for every island."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ctc_submission.segmentation.labeling.boxes import Box

Placed = tuple[Box, np.ndarray]
"""An island (z, y, x) of bool and its box in the frame."""

_AT_HAND = 1 << 23
_ENOUGH = 1 << 16
_ALIKE = 8


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
