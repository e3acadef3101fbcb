"""Patches that cover a slice, and their predictions blended back into one.

Wagner and Rohr, MIDL 2022, section 3.3: TRIC slices pass the network as six square patches. Here the patches are placed
evenly, reach every pixel and are blended where they overlap; other networks get rectangles of as few pixels as will do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np

STEP = 32
"""Sides of a network's input are multiples of this: the encoder halves it five times."""


@dataclass(frozen=True)
class Tiling:
    """Positions of equal rectangular patches on a slice."""

    shape: tuple[int, int]
    """Height and width (Y, X) of the slice."""
    size: tuple[int, int]
    """Height and width (Y, X) of the patches in pixels; larger than the slice where that is narrower."""
    corners: tuple[tuple[int, int], ...]
    """Upper left corner (y, x) of every patch."""

    def split(self, image: np.ndarray) -> list[np.ndarray]:
        """Cut a slice into its patches.

        Parameters
        ----------
        image : (Y, X) or (Y, X, C) ndarray
            Slice of the tiling's shape.

        Returns
        -------
        list of (S, T) or (S, T, C) ndarray
            Patches; beyond the slice they repeat it mirrored.
        """
        if image.shape[:2] != self.shape:
            raise ValueError(
                f"the slice is {image.shape[:2]} pixels, expected {self.shape}: make a tiling of its shape"
            )
        missing = [max(0, side - length) for side, length in zip(self.size, self.shape, strict=True)]
        if any(missing):
            image = np.pad(image, [(0, missing[0]), (0, missing[1])] + [(0, 0)] * (image.ndim - 2), mode="symmetric")
        return [image[self._window(corner)] for corner in self.corners]

    def stitch(self, patches: Sequence[np.ndarray]) -> np.ndarray:
        """Blend patches back into a slice, the inverse of `split`.

        Weights fall linearly from a patch's center to its edges, so neighboring patches pass into each other.

        Parameters
        ----------
        patches : sequence of (S, T) ndarray of float32
            One for every corner, in the same order.

        Returns
        -------
        (Y, X) ndarray of float32
        """
        stitched = np.zeros(self.shape, dtype=np.float32)
        for corner, share, patch in zip(self.corners, self._shares, patches, strict=True):
            window = stitched[self._window(corner)]
            cv2.accumulateProduct(patch[: window.shape[0], : window.shape[1]], share, window)
        return stitched

    @cached_property
    def _shares(self) -> list[np.ndarray]:
        """What each patch contributes to the pixels of the slice that it covers; shares of a pixel sum to 1."""
        weights = np.minimum.outer(*(_ramp(side) for side in self.size))
        total = np.zeros(self.shape, dtype=np.float32)
        windows = [total[self._window(corner)] for corner in self.corners]
        for window in windows:
            window += weights[: window.shape[0], : window.shape[1]]
        return [weights[: window.shape[0], : window.shape[1]] / window for window in windows]

    def _window(self, corner: tuple[int, int]) -> tuple[slice, slice]:
        y, x = corner
        return slice(y, y + self.size[0]), slice(x, x + self.size[1])


@lru_cache(maxsize=3)
def tile_in_six(shape: tuple[int, int]) -> Tiling:
    """Six square patches, three along the longer side and two along the shorter one.

    Parameters
    ----------
    shape : (Y, X) tuple of int
        Size of the slice in pixels.

    Returns
    -------
    Tiling
        The smallest patches that cover the slice, evenly placed.
    """
    rows, columns = (2, 3) if shape[1] >= shape[0] else (3, 2)
    side = max(-(-shape[0] // rows), -(-shape[1] // columns))
    return Tiling(shape, (side, side), _grid(shape, (side, side), (rows, columns)))


@lru_cache(maxsize=3)
def tile_with_overlap(shape: tuple[int, int], side: int, overlap: int) -> Tiling:
    """As many square patches of one side as a slice of any size needs.

    Parameters
    ----------
    shape : (Y, X) tuple of int
        Size of the slice in pixels.
    side : int
        Side of the patches in pixels.
    overlap : int
        Pixels that neighboring patches share at least.

    Returns
    -------
    Tiling
        Patches of that side, evenly placed; a slice narrower than a patch is mirrored beyond its edge.

    Raises
    ------
    ValueError
        If the overlap is negative or not smaller than the side.
    """
    _check_overlap(overlap, side)
    counts = (_count(shape[0], side, overlap), _count(shape[1], side, overlap))
    return Tiling(shape, (side, side), _grid(shape, (side, side), counts))


@lru_cache(maxsize=8)
def tile_in_rectangles(shape: tuple[int, int], largest: int, overlap: int) -> Tiling:
    """Cover a slice with the rectangular patches of the fewest pixels in all.

    Parameters
    ----------
    shape : (Y, X) tuple of int
        Size of the slice in pixels.
    largest : int
        Longest side of a patch in pixels, a multiple of `STEP`.
    overlap : int
        Pixels that neighboring patches share at least.

    Returns
    -------
    Tiling
        Patches whose sides are multiples of `STEP`, each chosen for its own axis; of equally few pixels the largest
        patches. A slice narrower than a patch is mirrored beyond its edge.

    Raises
    ------
    ValueError
        If the overlap is negative or not smaller than the longest side.
    """
    _check_overlap(overlap, largest)
    (height, rows), (width, columns) = (_fewest_pixels(length, largest, overlap) for length in shape)
    return Tiling(shape, (height, width), _grid(shape, (height, width), (rows, columns)))


def _fewest_pixels(length: int, largest: int, overlap: int) -> tuple[int, int]:
    """Choose the side of patches along an axis, and their number: the axes' pixels multiply, so each by itself."""
    one = [(side, 1) for side in range(largest, 0, -STEP) if side >= length]
    several = [(side, _count(length, side, overlap)) for side in range(largest, overlap, -STEP)]
    return min([*one, *several], key=lambda choice: choice[0] * choice[1])


def _count(length: int, side: int, overlap: int) -> int:
    """Count the patches of a side that reach along an axis."""
    return 1 + max(0, -(-(length - side) // (side - overlap)))


def _ramp(side: int) -> np.ndarray:
    """Return the distance of a patch's pixels to its nearer edge along an axis, counted from 1."""
    return np.minimum(np.arange(1, side + 1), np.arange(side, 0, -1)).astype(np.float32)


def _check_overlap(overlap: int, side: int) -> None:
    if not 0 <= overlap < side:
        raise ValueError(f"overlap is {overlap}, expected 0 to {side - 1}, less than the patches' side")


def _grid(shape: tuple[int, int], size: tuple[int, int], counts: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    y_corners, x_corners = (
        np.rint(np.linspace(0, max(0, length - side), count)).astype(int).tolist()
        for length, side, count in zip(shape, size, counts, strict=True)
    )
    return tuple((y, x) for y in y_corners for x in x_corners)
