"""Cells from predicted centres: a watershed from the ridges of the heat map (paper, section 3.3, Fluo-C3DL-MDA231).

The network predicts centres slice by slice, so that a cell's centre is a short column through its slices. Columns are
joined in 3D, over one slice without heat if need be, and a ridge that two cells share is split where it dips.
"""

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from ctc_submission.segmentation.labeling_basins import label_basins
from ctc_submission.segmentation.labeling_boxes import Box, inside, widen
from ctc_submission.segmentation.labeling_components import label_components
from ctc_submission.segmentation.labeling_distance import smoothed_distance
from ctc_submission.segmentation.labeling_neighbours import TOUCHING
from ctc_submission.segmentation.labeling_parameters import LabelingParameters
from ctc_submission.segmentation.labeling_smoothing import smooth, smoothing_margin

_COLUMN = (3, 1, 1)


def label_by_centres(mask: np.ndarray, centres: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Split every connected piece of the foreground among the centres in it.

    The distance to the background is flooded from the centres, so cells part where the foreground is narrow. A piece
    with one centre or none is one cell.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    centres : (Z, Y, X) ndarray of float32
        Heat map of the centres, in [0, 1].
    parameters : LabelingParameters
        Marker threshold, dynamics, smoothing and spacing.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        0 in the background; every label is one 26-connected piece. Labels start at 1 and may have gaps.
    """
    labels = label_components(mask)
    boxes = ndimage.find_objects(labels)
    count = len(boxes)
    for number, tight in enumerate(boxes, start=1):
        box = widen(tight, (1, 1, 1), mask.shape)
        piece = labels[box] == number
        markers = find_markers(piece, box, centres, parameters)
        if markers.max() > 1:
            distance = smoothed_distance(piece, parameters)
            labels[box][piece] = watershed(-distance, markers, TOUCHING, mask=piece)[piece] + count
            count += int(markers.max())
    return labels


def find_markers(piece: np.ndarray, box: Box, centres: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Find the centres in one piece of the foreground.

    Parameters
    ----------
    piece : (Z, Y, X) ndarray of bool
        The piece, in its box.
    box : tuple of slice
        Where the box lies in the frame.
    centres : (Z, Y, X) ndarray of float32
        Heat map of the frame's centres, in [0, 1].
    parameters : LabelingParameters
        Marker threshold, dynamics, smoothing and spacing.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        Markers 1 to N in the box, 0 elsewhere.
    """
    wide = widen(box, [more + 2 for more in smoothing_margin(parameters)], centres.shape)
    heat = centres[wide]
    if heat.max() <= parameters.marker_threshold:
        return np.zeros(piece.shape, np.int32)
    heat = smooth(ndimage.grey_closing(heat, _COLUMN), parameters)[inside(box, wide)]
    is_centre = piece & (heat > parameters.marker_threshold)
    return label_basins(heat, is_centre, dynamics=parameters.dynamics, steps=parameters.steps)
