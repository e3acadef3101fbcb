"""Cells that nobody marked: where a slice annotated by itself shows some, nothing is taught.

The challenge does not promise that all cells of a ``man_seg_T_Z.tif`` are annotated. Regions that look like its
annotated cells are left out of loss and score; the rest, as dark as the ground between cells, is background.
"""

import cv2
import numpy as np

from ctc_submission.segmentation.diameter import section_diameters
from ctc_submission.training.data.targets import UNKNOWN


def mark_unannotated(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mark what may be cells without a label.

    Such is a region outside the annotated cells that is brighter, after a blur, than halfway between the median of the
    ground and that of the annotated cells, and into which half an annotated cell fits: the glow around cells is too
    thin. It is marked with a rim of a quarter of a cell's radius.

    Parameters
    ----------
    image : (Y, X) ndarray of any real type
        Raw slice.
    labels : (Y, X) ndarray of int
        Its annotated cells, 0 is background.

    Returns
    -------
    (Y, X) ndarray of int32
        The labels, and `UNKNOWN` in those regions. A slice without any cell is taken at its word, as is one
        whose cells are no brighter than the ground.
    """
    marked = labels.astype(np.int32)
    cells = labels > 0
    if cells.all() or not cells.any():
        return marked
    radius = float(np.median(section_diameters([labels]))) / 2
    blurred = cv2.GaussianBlur(image.astype(np.float32), (0, 0), max(radius / 4, 0.5))
    inside, outside = np.median(blurred[cells]), np.median(blurred[~cells])
    if inside <= outside:
        return marked
    threshold = (inside + outside) / 2
    bright = ((blurred > threshold) & ~cells).astype(np.uint8)
    large = cv2.dilate(cv2.morphologyEx(bright, cv2.MORPH_OPEN, _disc(radius / 2)), _disc(radius / 4))
    marked[(large > 0) & ~cells] = UNKNOWN
    return marked


def _disc(radius: float) -> np.ndarray:
    side = 2 * round(radius) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
