"""Gaussian smoothing of distance maps, center heatmaps and probabilities, with the real voxel size."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.labeling_parameters import LabelingParameters

_TRUNCATE = 3.0


def smooth(volume: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Smooth a volume (Z, Y, X) of float32; at its faces the outermost values are repeated."""
    return _smooth(volume, _sigma(parameters))


def smooth_slices(volume: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Smooth every slice of a volume (Z, Y, X) of float32 by itself; at its edges the outermost values are repeated."""
    return _smooth(volume, [0, *_sigma(parameters)[1:]])


def _smooth(volume: np.ndarray, sigmas: Sequence[float]) -> np.ndarray:
    for axis, sigma in enumerate(sigmas):
        if sigma:
            volume = ndimage.correlate1d(volume, _weights(sigma), axis, np.empty_like(volume), mode="nearest")
    return volume


def smoothing_margin(parameters: LabelingParameters) -> list[int]:
    """Return how many voxels around a box (z, y, x) its smoothed values depend on."""
    return [int(np.ceil(_TRUNCATE * sigma)) for sigma in _sigma(parameters)]


def _sigma(parameters: LabelingParameters) -> list[float]:
    return [parameters.smoothing / step for step in parameters.steps]


@lru_cache
def _weights(sigma: float) -> np.ndarray:
    """Return the weights of a Gaussian, as its response to an impulse; many small volumes are smoothed by the same."""
    radius = int(_TRUNCATE * sigma + 0.5)
    impulse = np.zeros(2 * radius + 1)
    impulse[radius] = 1
    return ndimage.gaussian_filter1d(impulse, sigma, mode="constant", truncate=_TRUNCATE)
