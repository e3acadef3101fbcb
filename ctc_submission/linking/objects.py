"""The objects of a mask, as a linker sees them: labels and centers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FrameObjects:
    """The objects of one frame, by ascending label."""

    frame: int
    """Number of the frame."""
    labels: NDArray[np.int64]
    """(N,) labels in the mask."""
    centers: NDArray[np.float64]
    """(N, 3) centers of mass z, y, x, in voxels."""


def measure_objects(mask: NDArray, frame: int) -> FrameObjects:
    """Find the objects of a mask.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of integers
        Labels; 0 is background. Objects need not be connected.
    frame : int
        Number of the frame.

    Returns
    -------
    FrameObjects
        None of them for an empty mask.
    """
    voxels = np.nonzero(mask)
    labels, owners = np.unique(mask[voxels], return_inverse=True)
    sizes = np.bincount(owners, minlength=len(labels))
    sums = np.stack([np.bincount(owners, coordinate, minlength=len(labels)) for coordinate in voxels], axis=1)
    return FrameObjects(frame, labels.astype(np.int64), sums / sizes[:, None])
