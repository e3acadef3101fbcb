"""Diameters of cells: in labels, in the foreground of a slice, and where in a stack to look for them."""

from collections.abc import Iterable

import numpy as np
from scipy import ndimage

_PLACES = 5
_FIELD = 14
_FEWEST = 3
_STEP = 1.05
_DEPTH = 64
SMALLEST = 3.0
"""Pixels below which nothing is a cell: it is noise, and work grows with its inverse square."""


def rounded(diameter: float) -> float:
    """Round a diameter to steps of 5 %."""
    return float(_STEP ** np.round(np.log(diameter) / np.log(_STEP)))


def cut_block(stack: np.ndarray, diameter: float) -> np.ndarray:
    """Cut the block of a (Z, Y, X) stack to measure cells in: 14 of them wide, 64 slices deep, where it varies most."""
    side = round(_FIELD * diameter)
    z = max(choose_slices(stack), key=lambda z: find_liveliest(stack[z], side)[0])
    _, y, x = find_liveliest(stack[z], side)
    return stack[window(z, _DEPTH, len(stack)), window(y, side, stack.shape[1]), window(x, side, stack.shape[2])]


def measure_diameter(labels: np.ndarray) -> float | None:
    """Return the median diameter of the (Z, Y, X) labels' largest cross-sections; None if they are too few."""
    diameters = section_diameters(labels)
    return rounded(float(np.median(diameters))) if len(diameters) >= _FEWEST else None


def section_diameters(sections: Iterable[np.ndarray]) -> np.ndarray:
    """Measure the largest cross-section of every cell of a frame.

    Parameters
    ----------
    sections : iterable of (Y, X) ndarray of int
        Instance labels slice by slice, 0 is background; one label is one cell throughout.

    Returns
    -------
    (N,) ndarray of float64
        Diameters in pixels of the discs of equal area, for every label that occurs.
    """
    largest = np.zeros(1, dtype=np.int64)
    for labels in sections:
        areas = np.bincount(labels.ravel(), minlength=largest.size)
        areas[: largest.size] = np.maximum(areas[: largest.size], largest)
        largest = areas
    areas = largest[1:]
    return np.sqrt(4 * areas[areas > 0] / np.pi)


def section_widths(mask: np.ndarray) -> np.ndarray:
    """Measure cells cut by a slice: twice the depth of every summit of the distance to the background.

    Parameters
    ----------
    mask : (Y, X) ndarray of bool
        Foreground of the slice.

    Returns
    -------
    (N,) ndarray of float
        Widths in pixels.
    """
    distance = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.0)
    summits = (distance == ndimage.maximum_filter(distance, 7)) & mask
    return 2 * distance[summits]


def choose_slices(stack: np.ndarray) -> list[int]:
    """Choose slices all over the stack."""
    return np.unique(np.linspace(0, len(stack) - 1, _PLACES + 2).round().astype(int)[1:-1]).tolist()


def find_liveliest(image: np.ndarray, side: int) -> tuple[float, int, int]:
    """Find the square of a slice that varies most: its variance and its center."""
    values = image.astype(np.float32)
    mean, square = (ndimage.uniform_filter(each, side) for each in (values, values**2))
    variance = square - mean**2
    y, x = np.unravel_index(int(np.argmax(variance)), variance.shape)
    return float(variance[y, x]), int(y), int(x)


def window(center: int, side: int, length: int) -> slice:
    """Place a window of a side around a center, inside a length as far as it fits."""
    start = int(np.clip(center - side // 2, 0, max(0, length - side)))
    return slice(start, start + side)
