"""How wide the cells of a recording are, for networks that know cells at one size only.

The network itself is asked: slices are shown to it as if cells had one of several widths, and the width is taken at
which what it finds comes nearest to what was assumed.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

_ASSUMED = np.geomspace(7, 80, 8)
_SLICES = 3
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
        Returned where nothing is found at any width.

    Returns
    -------
    float
        Pixels of y and x, in steps of 5 %.
    """
    best, least = fallback, np.inf
    for assumed in _ASSUMED:
        part = _liveliest_part(stack, round(_FIELD * assumed))
        widths = section_widths(foreground(part, float(assumed)) > 0.5)
        if len(widths) < _FEWEST:
            continue
        found = _weighted_median(widths)
        misfit = abs(np.log(found / assumed))
        if misfit < least:
            best, least = found, misfit
    return float(_STEP ** np.round(np.log(best) / np.log(_STEP)))


def section_widths(mask: np.ndarray) -> np.ndarray:
    """Measure cells cut by slices: twice the depth of every summit of the distance to the background.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        Foreground.

    Returns
    -------
    (N,) ndarray of float
        Widths in pixels.
    """
    widths = []
    for foreground in mask:
        distance = ndimage.gaussian_filter(ndimage.distance_transform_edt(foreground), 1.0)
        summits = (distance == ndimage.maximum_filter(distance, 7)) & foreground
        widths.append(2 * distance[summits])
    return np.concatenate(widths)


def _liveliest_part(stack: np.ndarray, side: int) -> np.ndarray:
    """Cut a square of three slices where the intensities vary most."""
    first = max(0, int(np.argmax(stack.astype(np.float32).std(axis=(1, 2)))) - _SLICES // 2)
    part = stack[first : first + _SLICES]
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
