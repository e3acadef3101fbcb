"""How wide the cells of a recording are, for networks that know cells at one size only.

The network itself is asked: shown some slices as if cells had a certain width, it finds cells of another one, which is
assumed next, until both agree. That is rough, since single slices rarely cut cells at their widest; how wide the cells
are that it finds in a block of the stack comes nearer.
"""

from collections.abc import Callable, Iterable

import numpy as np
from scipy import ndimage

_FIRST_GUESSES = (20.0, 60.0, 8.0)
_ROUNDS = 5
_AGREEMENT = 0.1
_PLACES = 5
_FIELD = 14
_FEWEST = 3
_STEP = 1.05
_DEPTH = 64
SMALLEST = 3.0
"""Pixels below which nothing is a cell: it is noise, and work grows with its inverse square."""

Foreground = Callable[[np.ndarray, float], np.ndarray]
"""Predicts (Z, Y, X) foreground probabilities for a (Z, Y, X) stack whose cells are assumed to have a diameter."""


def estimate_diameter(stack: np.ndarray, foreground: Foreground) -> float | None:
    """Estimate the typical width of the cells.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        A frame.
    foreground : callable
        Shows a part of the frame to the network as if cells had the given diameter in pixels.

    Returns
    -------
    float, optional
        Pixels of y and x, in steps of 5 %; None where no cells of more than `SMALLEST` pixels are found.
    """
    for guess in _FIRST_GUESSES:
        found = _settle(stack, foreground, guess)
        if found is not None and found > SMALLEST:
            return max(SMALLEST, _rounded(found))
    return None


def _rounded(diameter: float) -> float:
    return float(_STEP ** np.round(np.log(diameter) / np.log(_STEP)))


def _settle(stack: np.ndarray, foreground: Foreground, guess: float) -> float | None:
    """Assume a width and then what is found, until they agree; None where too little is found."""
    for _ in range(_ROUNDS):
        parts = _parts(stack, round(_FIELD * guess))
        widths = np.concatenate([section_widths(foreground(part, guess)[part.shape[0] // 2] > 0.5) for part in parts])
        if len(widths) < _FEWEST:
            return None
        found = _weighted_median(widths)
        if abs(np.log(found / guess)) < _AGREEMENT:
            return found
        guess = float(np.clip(found, max(SMALLEST, guess / 3), guess * 3))
    return guess


def cut_block(stack: np.ndarray, diameter: float) -> np.ndarray:
    """Cut the block of a (Z, Y, X) stack to measure cells in: 14 of them wide, 64 slices deep, where it varies most."""
    side = round(_FIELD * diameter)
    z = max(choose_slices(stack), key=lambda z: _find_liveliest(stack[z], side)[0])
    _, y, x = _find_liveliest(stack[z], side)
    return stack[_window(z, _DEPTH, len(stack)), _window(y, side, stack.shape[1]), _window(x, side, stack.shape[2])]


def measure_diameter(labels: np.ndarray) -> float | None:
    """Return the median diameter of the (Z, Y, X) labels' largest cross-sections; None if they are too few."""
    diameters = section_diameters(labels)
    return _rounded(float(np.median(diameters))) if len(diameters) >= _FEWEST else None


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


def _parts(stack: np.ndarray, side: int) -> list[np.ndarray]:
    """Cut squares of three slices, at places all over the stack, where the middle slice varies most."""
    parts = []
    for z in choose_slices(stack):
        _, y, x = _find_liveliest(stack[z], side)
        parts.append(stack[max(0, z - 1) : z + 2, _window(y, side, stack.shape[1]), _window(x, side, stack.shape[2])])
    return parts


def choose_slices(stack: np.ndarray) -> list[int]:
    """Choose slices all over the stack."""
    return np.unique(np.linspace(0, len(stack) - 1, _PLACES + 2).round().astype(int)[1:-1]).tolist()


def _find_liveliest(image: np.ndarray, side: int) -> tuple[float, int, int]:
    """Find the square of a slice that varies most: its variance and its center."""
    values = image.astype(np.float32)
    mean, square = (ndimage.uniform_filter(each, side) for each in (values, values**2))
    variance = square - mean**2
    y, x = np.unravel_index(int(np.argmax(variance)), variance.shape)
    return float(variance[y, x]), int(y), int(x)


def _window(center: int, side: int, length: int) -> slice:
    start = int(np.clip(center - side // 2, 0, max(0, length - side)))
    return slice(start, start + side)


def _weighted_median(widths: np.ndarray) -> float:
    """Return the width above which half of the cells' area lies."""
    ordered = np.sort(widths)
    share = np.cumsum(ordered**2)
    return float(ordered[np.searchsorted(share, share[-1] / 2)])
