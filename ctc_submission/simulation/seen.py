"""Outlines as a person draws them: blurred cells look larger, above all along z, and annotations show what is seen."""

import numpy as np
from scipy import ndimage

_REACH = 3


def outline_seen(labels: np.ndarray, blur: tuple[float, float]) -> np.ndarray:
    """Outline every cell where its blurred light falls to half of its maximum.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int
        Cells as they are, 0 is background.
    blur : tuple of float
        Standard deviation of the point spread function: slices in z, pixels in y and x.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        Cells as they look; where two would overlap, a voxel goes to the one that is brighter there.
    """
    sigma = (blur[0], blur[1], blur[1])
    seen = np.zeros(labels.shape, np.int32)
    brightest = np.full(labels.shape, 0.5, np.float32)
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        around = tuple(
            slice(max(side.start - margin, 0), side.stop + margin)
            for side, margin in zip(box, (int(_REACH * each) + 1 for each in sigma), strict=True)
        )
        light = ndimage.gaussian_filter((labels[around] == label).astype(np.float32), sigma, truncate=_REACH)
        light /= light.max()
        wins = light > brightest[around]
        seen[around][wins] = label
        brightest[around][wins] = light[wins]
    return seen
