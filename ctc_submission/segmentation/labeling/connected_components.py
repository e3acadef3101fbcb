"""Connected components of the foreground."""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING, Box
from ctc_submission.segmentation.labeling.separate_components import find_separate_components


def label_components(mask: np.ndarray, executor: Executor | None = None) -> np.ndarray:
    """Label the 26-connected components of the foreground.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    executor : Executor, optional
        Threads to share the work.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 to N, by separate component; 0 in the background.
    """
    labels = np.zeros(mask.shape, np.int32)
    count = 0
    separate = find_separate_components(mask, (0, 0, 0), executor)

    def label(index: int) -> tuple[Box, np.ndarray, np.ndarray, int]:
        box, part = separate.crop(index)
        return box, part, *ndimage.label(part, TOUCHING, output=np.int32)

    for box, part, connected, found in map_ahead(label, range(len(separate.boxes)), executor):
        np.add(connected, count, out=labels[box], where=part)
        count += found
    return labels
