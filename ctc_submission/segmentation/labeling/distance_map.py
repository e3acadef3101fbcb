"""The distance of the foreground to the background, with the real voxel size.

What lies outside the frame is unknown, so it is no background: a cell that the frame cuts through keeps its depth
along the cut, and is not split there.
"""

import numpy as np

from ctc_submission.segmentation.labeling.euclidean import distance_to_background
from ctc_submission.segmentation.labeling.neighborhood import Box, foreground_boxes, inside, widen
from ctc_submission.segmentation.labeling.smoothing import smooth, smoothing_margin
from ctc_submission.segmentation.labeling_parameters import LabelingParameters

_FIRST_REACH = 16.0
_AT_ONCE = 1 << 20


def smoothed_distance(mask: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Compute the Euclidean distance of the foreground to the background, smoothed by a Gaussian.

    A large volume is computed block by block, around the foreground alone; that equals the whole at once.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    parameters : LabelingParameters
        Spacing and smoothing.

    Returns
    -------
    (Z, Y, X) ndarray of float32
        In pixels, valid in the foreground; 0 everywhere if there is no background in the frame.
    """
    if mask.size <= _AT_ONCE:
        return smooth(distance_to_background(mask, parameters.steps), parameters)
    smoothed = np.zeros(mask.shape, np.float32)
    margin = smoothing_margin(parameters)
    for box in foreground_boxes(mask):
        wide = widen(box, margin, mask.shape)
        smoothed[box] = smooth(_distance(mask, wide, parameters.steps), parameters)[inside(box, wide)]
    return smoothed


def _distance(mask: np.ndarray, box: Box, steps: tuple[float, float, float]) -> np.ndarray:
    """Compute the exact distance in a box, looking around it as far as the largest distance found in it."""
    reach = _FIRST_REACH
    while True:
        wide = widen(box, [int(np.ceil(reach / step)) for step in steps], mask.shape)
        around = mask[wide]
        is_whole = around.shape == mask.shape
        if is_whole and around.all():
            return np.zeros(mask[box].shape, np.float32)
        if not around.all():
            distance = distance_to_background(around, steps)[inside(box, wide)]
            if is_whole or distance.max() <= reach:
                return distance
        reach *= 2
