"""The typical cell diameter of a frame, searched over all scales at once.

Networks that know cells at one diameter bear another one by a half or so, and say how sure they are: at the right scale
foreground probabilities are near 0 and 1 and every component has a clear center; far from it they are not. So some
slices are predicted at every scale, and the widths found at the scale where the network is surest are taken.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.diameter import SMALLEST, find_liveliest, section_widths, spread_slices, window

_SCALES = tuple(6.0 * 1.5**step for step in range(10))
"""Diameters that are assumed in turn, in pixels: 6 to 231."""
_FIELD = 14
"""Side of the squares that are predicted, in assumed diameters."""
_LEAST_FIELD = 1.4
"""Side of the frame, in assumed diameters, below which a scale is left out."""
_UNDECIDED = 0.1
"""Foreground probability from which a pixel counts when the network is asked how sure it is."""

Predict = Callable[[np.ndarray, float], tuple[np.ndarray, np.ndarray | None]]
"""Predicts foreground and, where the network has them, centers, (Z, Y, X) each, for a (Z, Y, X) stack whose cells are
assumed to have a diameter."""


@dataclass(frozen=True)
class Scale:
    """What a network finds when cells are assumed to have a diameter."""

    assumed: float
    """The diameter in pixels."""
    found: float
    """Median width in pixels of what is found, by area."""
    certainty: float
    """How sure the network is, from 0 to 2."""


def search_diameter(stack: np.ndarray, predict: Predict) -> Scale | None:
    """Search the typical cell diameter of a frame.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        A frame.
    predict : callable
        The network.

    Returns
    -------
    Scale, optional
        The scale at which the network is surest of what it finds; None if it finds nothing at any.
    """
    scales = list(_try_scales(stack, predict))
    return max(scales, key=lambda scale: scale.certainty, default=None)


def _try_scales(stack: np.ndarray, predict: Predict) -> Iterator[Scale]:
    for assumed in _SCALES:
        if _LEAST_FIELD * assumed > min(stack.shape[1:]):
            return
        maps = [_predict_middle(part, assumed, predict) for part in _parts(stack, round(_FIELD * assumed))]
        widths = np.concatenate([section_widths(foreground > 0.5) for foreground, _ in maps])
        if len(widths):
            found = _median_by_area(widths)
            if found > SMALLEST:
                yield Scale(assumed, found, _certainty(maps))


def _predict_middle(part: np.ndarray, assumed: float, predict: Predict) -> tuple[np.ndarray, np.ndarray | None]:
    foreground, centers = predict(part, assumed)
    middle = len(part) // 2
    return foreground[middle], None if centers is None else centers[middle]


def _certainty(maps: list[tuple[np.ndarray, np.ndarray | None]]) -> float:
    """Add how far probabilities are from one half, and how clear a center components have, by area."""
    chosen = np.concatenate([foreground[foreground > _UNDECIDED] for foreground, _ in maps])
    decided = float(np.abs(2 * chosen - 1).mean())
    heights, areas = [], []
    for foreground, centers in maps:
        if centers is None:
            return decided
        components, count = ndimage.label(foreground > 0.5)
        heights += list(ndimage.maximum(centers, components, range(1, count + 1)))
        areas += list(np.bincount(components.ravel())[1:])
    return decided + float(np.average(heights, weights=areas))


def _parts(stack: np.ndarray, side: int) -> Iterator[np.ndarray]:
    """Cut squares of three slices, spread over the stack, where the middle slice varies most."""
    for z in spread_slices(stack):
        _, y, x = find_liveliest(stack[z], side)
        yield stack[max(0, z - 1) : z + 2, window(y, side, stack.shape[1]), window(x, side, stack.shape[2])]


def _median_by_area(widths: np.ndarray) -> float:
    """Return the width above which half of the cells' area lies."""
    ordered = np.sort(widths)
    share = np.cumsum(ordered**2)
    return float(ordered[np.searchsorted(share, share[-1] / 2)])
