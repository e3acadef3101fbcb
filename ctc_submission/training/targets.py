"""What the networks learn to predict, from instance labels."""

import numpy as np
from scipy import ndimage


def foreground_target(labels: np.ndarray) -> np.ndarray:
    """Mark every pixel of every cell.

    Parameters
    ----------
    labels : (Y, X) ndarray of int
        Instance labels of one slice, 0 is background.

    Returns
    -------
    (Y, X) ndarray of float32, 0 or 1
    """
    return (labels > 0).astype(np.float32)


def centre_target(labels: np.ndarray, radius: float) -> np.ndarray:
    """Mark a disc in the middle of every cell, cut to the cell.

    The middle is the cell's pixel nearest its centre of mass, so it lies inside bent and branched cells too.

    Parameters
    ----------
    labels : (Y, X) ndarray of int
        Instance labels of one slice, 0 is background.
    radius : float
        Radius of the discs in pixels.

    Returns
    -------
    (Y, X) ndarray of float32, 0 or 1
    """
    target = np.zeros(labels.shape, dtype=np.float32)
    for index, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        pixels = np.argwhere(labels[box] == index)
        middle = pixels[np.argmin(((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1))]
        inside = pixels[((pixels - middle) ** 2).sum(axis=1) <= radius**2]
        target[box][tuple(inside.T)] = 1
    return target
