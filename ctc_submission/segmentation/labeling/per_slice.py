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
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


def label_slices(mask: np.ndarray, centers: np.ndarray | None, parameters: LabelingParameters) -> np.ndarray:
    """Label every slice by itself, without smoothing, spacing or cleaning.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    centers : (Z, Y, X) ndarray of float or None
        Center heatmap, for ``centers``.
    parameters : LabelingParameters
        Method and marker threshold; the rest is not used.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 to N in every slice, not unique in the frame.
    """
    labels = np.zeros(mask.shape, np.int32)
    threshold = np.float32(parameters.marker_threshold)
    for z, foreground in enumerate(mask):
        if parameters.method == "single":
            labels[z] = foreground
        elif parameters.method == "components":
            labels[z] = _label(foreground)
        else:
            distance = _distance(foreground)
            is_marker = _maxima(distance) if centers is None else foreground & (centers[z] > threshold)
            labels[z] = watershed(-distance, _label(is_marker), mask=foreground)
    return labels


def _label(mask: np.ndarray) -> np.ndarray:
    """Label the 4-connected components of a slice."""
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
