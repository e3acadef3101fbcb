"""Gaussian smoothing of distance maps and heat maps, with the voxels' real edges."""

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.labeling.parameters import LabelingParameters

_TRUNCATE = 3.0


def smooth(volume: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Smooth a volume (Z, Y, X) of float32; at its faces the outermost values go on."""
    sigma = _sigma(parameters)
    return ndimage.gaussian_filter(volume, sigma, mode="nearest", truncate=_TRUNCATE) if any(sigma) else volume


def smoothing_margin(parameters: LabelingParameters) -> list[int]:
    """Say how many voxels around a box (z, y, x) its smoothed values depend on."""
    return [int(np.ceil(_TRUNCATE * sigma)) for sigma in _sigma(parameters)]


def _sigma(parameters: LabelingParameters) -> list[float]:
    return [parameters.smoothing / step for step in parameters.steps]
