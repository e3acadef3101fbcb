"""How sure the networks are of a cell: the mean foreground probability of its voxels."""

import numpy as np

from ctc_submission.segmentation.labeling.cleaning import keep


def remove_uncertain(labels: np.ndarray, foreground: np.ndarray, minimum_confidence: float) -> None:
    """Remove cells whose mean foreground probability is too low, in place; the rest keep their order.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int32
        0 is background, cells are 1 to N without gaps. Changed in place; again without gaps afterwards.
    foreground : (Z, Y, X) ndarray of float
        Probability of foreground in [0, 1].
    minimum_confidence : float
        Least mean foreground probability of a cell.
    """
    count = int(labels.max()) + 1
    sizes, sums = np.zeros(count, np.int64), np.zeros(count)
    for of_slice, probability in zip(labels, foreground, strict=True):
        pixels = of_slice.ravel()
        sizes += np.bincount(pixels, minlength=count)
        sums += np.bincount(pixels, probability.ravel(), count)
    keep(labels, sums >= minimum_confidence * sizes)
