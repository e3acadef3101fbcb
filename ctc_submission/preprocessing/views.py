"""What the network sees of a slice: the whole of it, six square patches, or patches at the size it knows cells at.

A view's cutting and its inverse live together: `Views.split` and `Views.join`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ctc_submission.preprocessing.tiling import Tiling, tile_in_six, tile_with_overlap

_CLOSE = 3.0
_STEP = 32
OVERLAP = 6
"""Patches of a magnified slice share at least this part of their side with the next: a sixth."""


@dataclass(frozen=True)
class Views:
    """How slices of one shape are shown to the network."""

    shape: tuple[int, int]
    """Height and width (Y, X) of the slices."""
    tiling: Tiling | None = None
    """Patches of the slice, magnified to the tiling's shape where that differs; None for the whole slice."""

    @property
    def count(self) -> int:
        """Number of images the network sees of a slice."""
        return len(self.tiling.corners) if self.tiling else 1

    def split(self, image: np.ndarray) -> list[np.ndarray]:
        """Cut a slice.

        Parameters
        ----------
        image : (Y, X, C) ndarray of float32
            A slice of this shape.

        Returns
        -------
        list of (S, T, C) ndarray of float32
        """
        return self.tiling.split(resize(image, self.tiling.shape)) if self.tiling else [image]

    def join(self, patches: Sequence[np.ndarray]) -> np.ndarray:
        """Put predictions for the patches together, the inverse of `split`.

        Parameters
        ----------
        patches : sequence of (S, T) ndarray of float32
            In the order of `split`.

        Returns
        -------
        (Y, X) ndarray of float32
        """
        return resize(self.tiling.stitch(patches), self.shape) if self.tiling else patches[0]


def view_whole(shape: tuple[int, int]) -> Views:
    """Show slices of a shape (Y, X) as they are; the network resizes them to its input."""
    return Views(shape)


def view_six(shape: tuple[int, int]) -> Views:
    """Show six square patches of slices of a shape (Y, X); the network resizes them to its input (paper, 3.3)."""
    return Views(shape, tile_in_six(shape))


def view_magnified(shape: tuple[int, int], magnification: tuple[float, float], side: int) -> Views:
    """Show slices of a shape (Y, X) in overlapping square patches, after magnifying or shrinking them.

    Parameters
    ----------
    shape : (Y, X) tuple of int
        Size of the slices.
    magnification : tuple of float
        Pixels of the network per pixel of the slice in y and x, above 0.
    side : int
        Largest side of the patches in the network's pixels; smaller slices are shown in smaller patches.
    """
    height, width = (max(1, round(length * factor)) for length, factor in zip(shape, magnification, strict=True))
    side = min(side, -(-max(height, width) // _STEP) * _STEP)
    return Views(shape, tile_with_overlap((height, width), side, side // OVERLAP))


def are_close(step: float) -> bool:
    """Say whether slices so many pixels apart can be looked at from the side: three pixels at most."""
    return step <= _CLOSE


def resize(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resize an image bilinearly with half-pixel centers; averaged where it shrinks to less than two thirds.

    Parameters
    ----------
    image : (Y, X) or (Y, X, C) ndarray of float32
        What to resize.
    shape : (Y, X) tuple of int
        The new size.
    """
    if image.shape[:2] == tuple(shape):
        return image
    shrinks = 3 * shape[0] < 2 * image.shape[0]
    return cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
