"""One cell in the frame: the largest connected component (paper, section 3.3, A549-SIM)."""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage
from typing_extensions import override

from ctc_submission.segmentation.labeling.holes import find_holes
from ctc_submission.segmentation.labeling.method import LabelingMethod
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


class SingleLabeling(LabelingMethod):
    """The largest connected component is the one cell."""

    splits_cells = False

    @override
    def label(
        self, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None
    ) -> np.ndarray:
        """Label the cell of a frame by `label_single`."""
        return label_single(mask)

    @override
    def label_slice(self, foreground: np.ndarray, markers: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
        """Take all foreground of a slice (Y, X) for the cell."""
        return foreground


METHOD = SingleLabeling()


def label_single(mask: np.ndarray) -> np.ndarray:
    """Label the largest 26-connected component, its holes filled, as the one cell of the frame.

    A hole in 3D is a hole in every slice it passes through, so filling slice by slice fills those as well.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 in the cell, 0 elsewhere; of several equally large components the first in scan order.
    """
    labels, _ = ndimage.label(mask, TOUCHING, output=np.int32)
    boxes = ndimage.find_objects(labels)
    if not boxes:
        return labels
    largest = np.bincount(labels[mask]).argmax()
    box = boxes[largest - 1]
    component = labels[box] == largest
    labels[:] = 0
    labels[box] = component | find_holes(component, mask.size)
    return labels
