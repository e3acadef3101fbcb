"""Coloring one slice by its neighbors, with nothing kept from slice to slice (paper, section 3.1)."""

import cv2
import numpy as np
from numpy.typing import DTypeLike

from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters

_GRID_VOXELS = 2_000_000


def color_slice(
    stack: np.ndarray,
    z: int,
    coloring: PseudocolorParameters,
    limits: tuple[float, float],
    dtype: DTypeLike = np.float64,
) -> np.ndarray:
    """Color slice z of a stack.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of uint8 or uint16
        Raw frame.
    z : int
        The slice.
    coloring : PseudocolorParameters
        How to color.
    limits : tuple of float
        Intensities that become 0 and 1, for the coloring ``intensity``.
    dtype : dtype
        What to compute in, but for the coloring ``intensity``: 64 bits as published, or 32 as the product.

    Returns
    -------
    (Y, X, 3) ndarray in [0, 1] of this type
    """
    if coloring.coloring == "intensity":
        return _color_by_intensity(stack, z, limits)
    green = normalize(stack[z], dtype)
    if coloring.coloring == "gray":
        return np.stack([green, green, green], axis=-1)
    empty = np.zeros_like(stack[z])
    before = find_region(stack[z - 1] if z > 0 else empty, coloring.adjacent_mean, dtype)
    after = find_region(stack[z + 1] if z + 1 < len(stack) else empty, coloring.adjacent_mean, dtype)
    red, blue = before * green + green, after * green + green
    if coloring.normalization == "image":
        return normalize(np.stack([red, green, blue], axis=-1), dtype)
    return np.stack([normalize(red, dtype), green, normalize(blue, dtype)], axis=-1)


def find_region(neighbor: np.ndarray, adjacent_mean: float, dtype: DTypeLike = np.float64) -> np.ndarray:
    """Find where a neighbor (Y, X) shows cells: CLAHE, blur, and up to 30 thresholds tried one after the other."""
    if neighbor.max() == 0:
        return np.zeros(neighbor.shape, dtype)
    equalized = cv2.createCLAHE(10, (16, 16)).apply(neighbor)
    blurred = cv2.blur(normalize(equalized, dtype), (8, 8))
    for percent in range(20, 50):
        region = (blurred > blurred.dtype.type(percent / 100)).astype(np.float64)
        if 0 < region.mean() <= adjacent_mean:
            break
    return region.astype(dtype, copy=False)


def intensity_range(stack: np.ndarray) -> tuple[float, float]:
    """Return the 1st and the 99.9th percentile of a stack (Z, Y, X), taken on a grid of about two million voxels."""
    step = max(1, round((stack.size / _GRID_VOXELS) ** 0.5))
    low, high = np.percentile(stack[:, ::step, ::step], (1, 99.9))
    return float(low), float(high)


def normalize(image: np.ndarray, dtype: DTypeLike = np.float64) -> np.ndarray:
    """Scale an image linearly to [0, 1]; a constant one becomes zeros."""
    values = image.astype(dtype)
    values -= values.min()
    highest = values.max()
    return values / highest if highest > 0 else values


def _color_by_intensity(stack: np.ndarray, z: int, limits: tuple[float, float]) -> np.ndarray:
    low, high = np.float32(limits[0]), np.float32(limits[1])
    neighbors = [stack[max(z - 1, 0)], stack[z], stack[min(z + 1, len(stack) - 1)]]
    colors = np.stack(neighbors, axis=-1).astype(np.float32)
    return np.sqrt(((colors - low) / max(high - low, np.finfo(np.float32).tiny)).clip(0, 1))
