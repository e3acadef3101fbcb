"""Per-slice labeling, as in the paper: for comparison with labels in 3D, not for a submission.

Its drawbacks: labels start at 1 again in every slice, so one cell has another label in the next slice and one label
means several cells in the frame; the distance ignores the neighboring slices and the voxel size; its maxima are
connected through faces only, so the ridge of an oblique cell breaks into many markers and the cell with it;
foreground without a predicted center is lost; and every stray pixel of foreground is a cell.
"""

import cv2
import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from ctc_submission.segmentation.labeling.euclidean import distance_to_background


def cut_slice(foreground: np.ndarray, is_marker: np.ndarray | None = None) -> np.ndarray:
    """Cut a slice by a watershed of the distance in it, without smoothing or spacing.

    Parameters
    ----------
    foreground : (Y, X) ndarray of bool
        The foreground.
    is_marker : (Y, X) ndarray of bool, optional
        Where a cell begins; at the maxima of the distance if not given.

    Returns
    -------
    (Y, X) ndarray of int32
        1 to N; 0 in the background, and in foreground without a marker.
    """
    distance = _distance(foreground)
    markers = label_in_slice(_maxima(distance) if is_marker is None else is_marker)
    return watershed(-distance, markers, mask=foreground)


def label_in_slice(mask: np.ndarray) -> np.ndarray:
    """Label the 4-connected components of a slice (Y, X) of bool, 1 to N, int32."""
    labels, _ = ndimage.label(mask, output=np.int32)
    return labels


def _distance(foreground: np.ndarray) -> np.ndarray:
    """Compute the distance in a slice; where that has no background, scipy's convention for such a case holds."""
    if foreground.all():
        return ndimage.distance_transform_edt(foreground)
    return distance_to_background(foreground[np.newaxis], (1, 1, 1))[0]


def _maxima(distance: np.ndarray) -> np.ndarray:
    """Mark the pixels of a slice's foreground that none of their 8 neighbors exceeds."""
    return (distance > 0) & (distance == cv2.dilate(distance, np.ones((3, 3), np.uint8)))
