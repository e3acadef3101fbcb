"""Min-max normalization of an image."""

import numpy as np


def min_max_normalize(image: np.ndarray) -> np.ndarray:
    """Scale an image linearly to [0, 1]; a constant image becomes all zeros.

    Parameters
    ----------
    image : ndarray of any shape and real type
        Intensities.

    Returns
    -------
    ndarray of float32, same shape
    """
    values = image.astype(np.float32)
    low, high = values.min(), values.max()
    values -= low
    if high > low:
        values /= high - low
    return values
