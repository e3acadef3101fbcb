"""How wide the cells of a recording are, for networks that know cells at one size only.

The network itself is asked: shown some slices as if cells had a certain width, it finds cells of another one, which is
assumed next, until both agree.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

_FIRST_GUESSES = (20.0, 60.0, 8.0)
_ROUNDS = 5
_AGREEMENT = 0.1
_PLACES = 5
_FIELD = 14
_FEWEST = 3
_STEP = 1.05

Foreground = Callable[[np.ndarray, float], np.ndarray]
"""Predicts (Z, Y, X) foreground probabilities for a (Z, Y, X) stack whose cells are assumed to have a diameter."""


def estimate_diameter(stack: np.ndarray, foreground: Foreground, fallback: float) -> float:
    """Estimate the typical width of the cells.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        A frame.
    foreground : callable
        Shows a part of the frame to the network as if cells had the given diameter in pixels.
    fallback : float
        Returned where nothing is found.

    Returns
    -------
    float
        Pixels of y and x, in steps of 5 %.
    """
    for guess in _FIRST_GUESSES:
        found = _settle(stack, foreground, guess)
        if found is not None:
            return float(_STEP ** np.round(np.log(found) / np.log(_STEP)))
    return fallback


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
        guess = float(np.clip(found, guess / 3, guess * 3))
    return guess


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
    places = np.unique(np.linspace(0, len(stack) - 1, _PLACES + 2).round().astype(int)[1:-1])
    return [_liveliest(stack[max(0, z - 1) : z + 2], side) for z in places.tolist()]


def _liveliest(part: np.ndarray, side: int) -> np.ndarray:
    middle = part[len(part) // 2].astype(np.float32)
    mean, square = (ndimage.uniform_filter(image, side) for image in (middle, middle**2))
    y, x = np.unravel_index(int(np.argmax(square - mean**2)), middle.shape)
    return part[:, _window(int(y), side, middle.shape[0]), _window(int(x), side, middle.shape[1])]


def _window(centre: int, side: int, length: int) -> slice:
    start = int(np.clip(centre - side // 2, 0, max(0, length - side)))
    return slice(start, start + side)


def _weighted_median(widths: np.ndarray) -> float:
    """Return the width above which half of the cells' area lies."""
    ordered = np.sort(widths)
    share = np.cumsum(ordered**2)
    return float(ordered[np.searchsorted(share, share[-1] / 2)])
