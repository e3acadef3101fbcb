"""Medians, how far values lie from them, and jumps of a count in time."""

import numpy as np
from numpy.typing import NDArray

_WINDOW = 5
_FAR = 3.0
_TO_DEVIATION = 1.4826


def robust_scores(values: NDArray[np.float64], least_spread: float) -> NDArray[np.float64]:
    """Return how many standard deviations values lie from their median, the deviation taken from the MAD.

    Parameters
    ----------
    values : (N,) ndarray of float64
        Any values.
    least_spread : float
        The deviation where the values agree more than this.
    """
    if not len(values):
        return values
    middle = np.median(values)
    spread = _TO_DEVIATION * np.median(np.abs(values - middle))
    return (values - middle) / max(float(spread), least_spread)


def running_median(values: NDArray[np.float64], window: int = _WINDOW) -> NDArray[np.float64]:
    """Return the median of `window` values around each, of fewer at both ends."""
    half = window // 2
    return np.array([np.median(values[max(0, index - half) : index + half + 1]) for index in range(len(values))])


def find_jumps(counts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Find the indices of counts more than 3 MAD from the running median; a MAD below one cell counts as one."""
    if len(counts) < _WINDOW:
        return np.zeros(0, np.int64)
    away = np.abs(counts - running_median(counts))
    return np.flatnonzero(away > _FAR * max(1.0, float(np.median(away))))
