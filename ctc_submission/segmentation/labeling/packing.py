"""Many small islands side by side in one volume, so that numpy is called a few times and not for every island."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ctc_submission.segmentation.labeling.boxes import Box
from ctc_submission.segmentation.labeling.islands import Islands

_ENOUGH = 1 << 18
_ALIKE = 16


@dataclass(frozen=True)
class Pack:
    """Islands in a volume of their own, side by side along y."""

    mask: np.ndarray
    """The islands (z, y, x), bool."""
    rows: np.ndarray
    """For every row (z, y) of an island, the place in the flat frame where its first voxel lies, int64."""

    def find(self, voxels: np.ndarray) -> np.ndarray:
        """Give the places in the flat frame, int64, of voxels of islands, from their places in the flat volume."""
        rows, x = np.divmod(voxels, self.mask.shape[2])
        return self.rows.ravel()[rows] + x


def choose_packs(islands: Islands) -> Iterator[list[int]]:
    """Choose islands of about equal width and depth to be packed together.

    An island at a face of the frame along y or x has a pack for itself: nothing is known of what lies beyond, but
    between the islands of a pack there is background.

    Parameters
    ----------
    islands : Islands
        All islands of a frame.

    Yields
    ------
    list of int
        Places of islands in their list; every island is in one pack.
    """
    _, *plane = islands.mask.shape
    chosen: list[int] = []
    size = 0
    for place in sorted(range(len(islands.boxes)), key=lambda place: _likeness(islands.boxes[place])):
        box = islands.boxes[place]
        if any(side.start == 0 or side.stop == length for side, length in zip(box[1:], plane, strict=True)):
            yield [place]
            continue
        chosen.append(place)
        size += int(np.prod(_sides(box)))
        if size >= _ENOUGH:
            yield chosen
            chosen, size = [], 0
    if chosen:
        yield chosen


def pack_islands(islands: Islands, chosen: Iterable[int], gap: int) -> Pack:
    """Copy islands side by side into one volume, where all that matters to them is as it is in the frame.

    An island at the frame's first or last slice lies at the volume's first or last.

    Parameters
    ----------
    islands : Islands
        All islands of a frame.
    chosen : iterable of int
        Places of those to pack.
    gap : int
        Rows of background between two boxes.

    Returns
    -------
    Pack
        The volume, and where its rows lie in the frame.
    """
    places = list(chosen)
    depths, heights, widths = np.transpose([_sides(islands.boxes[place]) for place in places])
    ends = np.cumsum(heights + gap)
    shape = (depths.max(), ends[-1] - gap, widths.max())
    mask, rows = np.zeros(shape, bool), np.zeros(shape[:2], np.int64)
    for place, end in zip(places, ends.tolist(), strict=True):
        island = islands.cut(place)
        depth, height, width = island.shape
        z, y, x = islands.boxes[place]
        first = shape[0] - depth if z.stop == len(islands.mask) else 0
        here = slice(first, first + depth), slice(end - gap - height, end - gap)
        mask[here][:, :, :width] = island
        rows[here] = _rows(z, y, x, islands.mask.shape)
    return Pack(mask, rows)


def _rows(z: slice, y: slice, x: slice, shape: tuple[int, ...]) -> np.ndarray:
    """Give the place in the flat frame of the first voxel of every row (z, y) of a box."""
    _, height, width = shape
    firsts = np.arange(z.start, z.stop, dtype=np.int64) * height
    return np.add.outer(firsts, np.arange(y.start, y.stop)) * width + x.start


def _sides(box: Box) -> tuple[int, ...]:
    return tuple(side.stop - side.start for side in box)


def _likeness(box: Box) -> tuple[int, int, int]:
    depth, height, width = _sides(box)
    return -(-width // _ALIKE), depth, height
