"""The network's inputs made of a slice: the whole of it, six square patches, or patches rescaled to one cell diameter.

Cutting a slice and joining the predictions live together: `Inputs.split` and `Inputs.join`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ctc_submission.preprocessing.tiling import Tiling, tile_in_rectangles, tile_in_six

_CLOSE = 3.0
OVERLAP = 6
"""Neighboring patches of a rescaled slice share at least this part of the network's input size: a sixth."""


@dataclass(frozen=True)
class Inputs:
    """How slices of one shape become inputs of the network."""

    shape: tuple[int, int]
    """Height and width (Y, X) of the slices."""
    tiling: Tiling | None = None
    """Patches of the slice, rescaled to the tiling's shape where that differs; None for the whole slice."""
    step: int = 1
    """How many slices away the neighbors are that color a slice."""

    @property
    def count(self) -> int:
        """Number of inputs a slice becomes."""
        return len(self.tiling.corners) if self.tiling else 1

    @property
    def size(self) -> tuple[int, int]:
        """Height and width (Y, X) of these inputs."""
        return self.tiling.size if self.tiling else self.shape

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


def whole_slices(shape: tuple[int, int]) -> Inputs:
    """Make one input of each slice of a shape (Y, X), which the network resizes to its own."""
    return Inputs(shape)


def six_patches(shape: tuple[int, int]) -> Inputs:
    """Make six square patches of each slice of a shape (Y, X); the network resizes them to its input (paper, 3.3)."""
    return Inputs(shape, tile_in_six(shape))


def rescaled_patches(shape: tuple[int, int], scale: tuple[float, float], largest: int, step: int = 1) -> Inputs:
    """Make overlapping patches of each slice, after enlarging or shrinking it.

    The patches are rectangles of as few pixels in all as cover the slice (`tile_in_rectangles`): what is not needed is
    not padded, not even for slices that are a few pixels high.

    Parameters
    ----------
    shape : (Y, X) tuple of int
        Size of the slices.
    scale : tuple of float
        Pixels of the network per pixel of the slice in y and x, above 0.
    largest : int
        Longest side of the patches in the network's pixels, a multiple of 32.
    step : int
        How many slices away the neighbors are that color a slice.
    """
    height, width = (max(1, round(length * factor)) for length, factor in zip(shape, scale, strict=True))
    return Inputs(shape, tile_in_rectangles((height, width), largest, largest // OVERLAP), step)


def are_close(step: float) -> bool:
    """Say whether slices N pixels apart are close enough for orthogonal (XZ, YZ) slices: three pixels at most."""
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
