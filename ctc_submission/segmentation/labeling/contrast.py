"""How far cells stand out from their surroundings: their mean intensity less that of the background around them."""

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.labeling.cleaning import keep
from ctc_submission.segmentation.labeling.neighborhood import Box, widen
from ctc_submission.segmentation.weighted_median import weighted_median


def remove_faint(labels: np.ndarray, image: np.ndarray, minimum_contrast: float) -> None:
    """Remove cells that stand out far less than the others of the frame, in place; the rest keep their order.

    Contrast is measured in each cell's bounding box, grown by half its size on all sides: the mean intensity of the
    cell less the median of the background in the box. It is compared with the contrast that half of all cell voxels
    have, so that neither scale nor offset of the intensities matters, and many small pieces do not decide. Where cells
    are darker than their surroundings, all are kept.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int32
        0 is background, cells are 1 to N without gaps. Changed in place; again without gaps afterwards.
    image : (Z, Y, X) ndarray of uint8, uint16 or float
        Intensities.
    minimum_contrast : float
        Least contrast of a cell, as a share of that of the others.
    """
    boxes = ndimage.find_objects(labels)
    if not boxes:
        return
    measured = [_measure(labels, image, number, box) for number, box in enumerate(boxes, start=1)]
    sizes, contrasts = (np.array(values) for values in zip(*measured, strict=True))
    usual = weighted_median(contrasts, sizes)
    if usual > 0:
        keep(labels, np.append(True, contrasts >= minimum_contrast * usual))


def _measure(labels: np.ndarray, image: np.ndarray, number: int, box: Box) -> tuple[int, float]:
    """Count the voxels of a cell, and measure its contrast."""
    around = widen(box, [-(-(side.stop - side.start) // 2) for side in box], labels.shape)
    near, values = labels[around], image[around]
    own, background = values[near == number], values[near == 0]
    return own.size, float(own.mean(dtype=np.float64)) - float(np.median(background if background.size else values))
