"""Six square patches of a slice (paper, section 3.3) where the product places them, and their predictions joined."""

from collections.abc import Sequence
from itertools import product

import numpy as np

Corners = list[tuple[int, int]]


def place_six(shape: tuple[int, int]) -> tuple[int, Corners]:
    """Return side and upper left corners (y, x) of six squares that cover a slice (Y, X), evenly placed.

    Raises
    ------
    ValueError
        If the slice is so narrow that the squares would reach beyond it.
    """
    rows, columns = (2, 3) if shape[1] >= shape[0] else (3, 2)
    side = max(-(-shape[0] // rows), -(-shape[1] // columns))
    if side > min(shape):
        raise ValueError(f"slices are {shape[0]} x {shape[1]} pixels, too narrow for six squares of {side}")
    y_corners = np.rint(np.linspace(0, shape[0] - side, rows)).astype(int)
    x_corners = np.rint(np.linspace(0, shape[1] - side, columns)).astype(int)
    return side, list(product(y_corners.tolist(), x_corners.tolist()))


def cut(image: np.ndarray, side: int, corners: Corners) -> list[np.ndarray]:
    """Cut squares (S, S, 3) out of a slice (Y, X, 3)."""
    return [image[y : y + side, x : x + side] for y, x in corners]


def paste(patches: Sequence[np.ndarray], shape: tuple[int, int], corners: Corners) -> np.ndarray:
    """Paste squares (S, S) into a slice (Y, X) one after the other, as published; the last stays on top."""
    pasted = np.zeros(shape, patches[0].dtype)
    for (y, x), patch in zip(corners, patches, strict=True):
        pasted[y : y + len(patch), x : x + len(patch)] = patch
    return pasted


def blend(patches: Sequence[np.ndarray], shape: tuple[int, int], corners: Corners) -> np.ndarray:
    """Blend squares (S, S) of float32 into a slice (Y, X); their weights fall from the middle to the edges."""
    side = len(patches[0])
    ramp = np.minimum(np.arange(1, side + 1), np.arange(side, 0, -1)).astype(np.float32)
    weights = np.minimum.outer(ramp, ramp) / ramp.max()
    total, weight = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for (y, x), patch in zip(corners, patches, strict=True):
        total[y : y + side, x : x + side] += weights * patch
        weight[y : y + side, x : x + side] += weights
    return total / weight
