"""The typical cell diameter of a frame, searched over all scales at once.

Networks that know cells at one diameter bear another one by a half or so, and say how sure they are: at the right scale
foreground probabilities are near 0 and 1 and every component has a clear center; far from it they are not. So some
slices are predicted at every scale, and the widths found where the network is surest are taken.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.diameter import (
    SMALLEST,
    choose_slices,
    find_liveliest,
    rounded,
    section_widths,
    window,
)
from ctc_submission.segmentation.weighted_median import weighted_median

_SCALES = tuple(6.0 * 1.5**step for step in range(10))
"""Diameters that are assumed in turn, in pixels: 6 to 231."""
_FIELD = 14
"""Side of the squares that are predicted, in assumed diameters."""
_LEAST_FIELD = 1.4
"""Side of the frame, in assumed diameters, below which a scale is left out."""
_UNDECIDED = 0.1
"""Foreground probability from which a pixel counts when the network is asked how sure it is."""
_DOUBT = 0.5
"""Taken off the certainty of what a single component says, and off that of N components divided by their root."""
_FARTHEST = 4
"""Ratio of the diameters found and assumed from which what is found is no cell."""
_AS_SURE = 0.93
"""Share of the highest certainty from which a scale's widths count."""

Predict = Callable[[np.ndarray, float], tuple[np.ndarray, np.ndarray | None]]
"""Predicts foreground and, where the network has them, centers, (Z, Y, X) each, for a (Z, Y, X) stack whose cells are
assumed to have a diameter."""


@dataclass(frozen=True)
class _Scale:
    """What a network finds when cells are assumed to have a diameter."""

    found: float
    """Median width in pixels of what is found, by area."""
    certainty: float
    """How sure the network is, from 0 to 2."""


def estimate_diameter(stack: np.ndarray, predict: Predict) -> float | None:
    """Estimate the typical cell diameter of a frame, roughly: slices rarely cut cells at their widest.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        A frame.
    predict : callable
        The network.

    Returns
    -------
    float, optional
        Pixels of y and x, in steps of 5 %: the median of what is found at the scales at which the network is about as
        sure as it gets. None where no cells of more than `SMALLEST` pixels are found.
    """
    scales = list(_try_scales(stack, predict))
    if not scales:
        return None
    least = _AS_SURE * max(scale.certainty for scale in scales)
    found = np.median([scale.found for scale in scales if scale.certainty >= least])
    return max(SMALLEST, rounded(float(found)))


def _try_scales(stack: np.ndarray, predict: Predict) -> Iterator[_Scale]:
    for assumed in _SCALES:
        if _LEAST_FIELD * assumed > min(stack.shape[1:]):
            return
        maps = [_predict_middle(part, assumed, predict) for part in _parts(stack, round(_FIELD * assumed))]
        widths = np.concatenate([section_widths(foreground > 0.5) for foreground, _ in maps])
        if len(widths):
            found = weighted_median(widths, widths**2)
            if found > SMALLEST and assumed / _FARTHEST <= found <= assumed * _FARTHEST:
                yield _Scale(found, _certainty(maps))


def _predict_middle(part: np.ndarray, assumed: float, predict: Predict) -> tuple[np.ndarray, np.ndarray | None]:
    foreground, centers = predict(part, assumed)
    middle = len(part) // 2
    return foreground[middle], None if centers is None else centers[middle]


def _certainty(maps: list[tuple[np.ndarray, np.ndarray | None]]) -> float:
    """Add how far probabilities are from one half, and how clear a center components have, by area.

    What few components say counts less: one specimen that looks like a cell weighs less than many cells in it.
    """
    chosen = np.concatenate([foreground[foreground > _UNDECIDED] for foreground, _ in maps])
    certainty = float(np.abs(2 * chosen - 1).mean())
    found = [(centers, *ndimage.label(foreground > 0.5)) for foreground, centers in maps]
    heights = [
        ndimage.maximum(centers, parts, range(1, count + 1)) for centers, parts, count in found if centers is not None
    ]
    if heights:
        areas = np.concatenate([np.bincount(parts.ravel())[1:] for _, parts, _ in found])
        certainty += float(np.average(np.concatenate(heights), weights=areas))
    return certainty - _DOUBT / sum(count for _, _, count in found) ** 0.5


def _parts(stack: np.ndarray, side: int) -> Iterator[np.ndarray]:
    """Cut squares of three slices, spread over the stack, where the middle slice varies most."""
    for z in choose_slices(stack):
        _, y, x = find_liveliest(stack[z], side)
        yield stack[max(0, z - 1) : z + 2, window(y, side, stack.shape[1]), window(x, side, stack.shape[2])]
