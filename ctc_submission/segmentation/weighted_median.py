"""The median of values of unequal weight."""

import numpy as np


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the value at and above which half of the weight lies; both (N,), N at least 1."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
