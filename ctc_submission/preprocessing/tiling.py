"""Square patches that cover a slice, and their predictions blended back into one.

Wagner and Rohr, MIDL 2022, section 3.3: TRIC slices pass the network as six square patches. Here the patches are placed
evenly, reach every pixel and are blended where they overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np


@dataclass(frozen=True)
class Tiling:
    """Places of equal square patches on a slice."""

    shape: tuple[int, int]
    """Height and width (Y, X) of the slice."""
    side: int
    """Side of the patches in pixels; larger than the slice where that is narrower."""
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
        list of (S, S) or (S, S, C) ndarray
            Patches; beyond the slice they repeat it mirrored.
        """
        if image.shape[:2] != self.shape:
            raise ValueError(
                f"the slice is {image.shape[:2]} pixels, expected {self.shape}: make a tiling of its shape"
            )
        missing = [max(0, self.side - length) for length in self.shape]
        if any(missing):
            image = np.pad(image, [(0, missing[0]), (0, missing[1])] + [(0, 0)] * (image.ndim - 2), mode="symmetric")
        return [image[y : y + self.side, x : x + self.side] for y, x in self.corners]

    def stitch(self, patches: Sequence[np.ndarray]) -> np.ndarray:
        """Blend patches back into a slice, the inverse of `split`.

        Weights fall linearly from a patch's center to its edges, so neighboring patches pass into each other.

        Parameters
        ----------
        patches : sequence of (S, S) ndarray of float32
            One for every corner, in the same order.

        Returns
        -------
        (Y, X) ndarray of float32
        """
        stitched = np.zeros(self.shape, dtype=np.float32)
        for (y, x), share, patch in zip(self.corners, self._shares, patches, strict=True):
            window = stitched[y : y + self.side, x : x + self.side]
            cv2.accumulateProduct(patch[: window.shape[0], : window.shape[1]], share, window)
        return stitched

    @cached_property
    def _shares(self) -> list[np.ndarray]:
        """What each patch contributes to the pixels of the slice that it covers; shares of a pixel sum to 1."""
        ramp = np.minimum(np.arange(1, self.side + 1), np.arange(self.side, 0, -1)).astype(np.float32)
        weights = np.minimum.outer(ramp, ramp)
        total = np.zeros(self.shape, dtype=np.float32)
        windows = [total[y : y + self.side, x : x + self.side] for y, x in self.corners]
        for window in windows:
            window += weights[: window.shape[0], : window.shape[1]]
        return [weights[: window.shape[0], : window.shape[1]] / window for window in windows]


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
    return Tiling(shape, side, _grid(shape, side, rows, columns))


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
    if not 0 <= overlap < side:
        raise ValueError(f"overlap is {overlap}, expected 0 to {side - 1}, less than the patches' side")
    rows, columns = (1 + max(0, -(-(length - side) // (side - overlap))) for length in shape)
    return Tiling(shape, side, _grid(shape, side, rows, columns))


def _grid(shape: tuple[int, int], side: int, rows: int, columns: int) -> tuple[tuple[int, int], ...]:
    y_corners, x_corners = (
        np.rint(np.linspace(0, max(0, length - side), count)).astype(int).tolist()
        for length, count in zip(shape, (rows, columns), strict=True)
    )
    return tuple((y, x) for y in y_corners for x in x_corners)
