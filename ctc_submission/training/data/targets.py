"""What the networks learn to predict, from instance labels."""

import cv2
import numpy as np
from scipy import ndimage

IGNORED = 255
"""Value of target pixels of which nothing is known: neither loss nor score sees them."""
UNKNOWN = -1
"""Label of such pixels."""
RIM = 0.3
"""Share of a cell's depth, in a slice, that is its rim and not its interior."""


def foreground_target(labels: np.ndarray, *, gap: bool = False) -> np.ndarray:
    """Mark every pixel of every cell.

    Parameters
    ----------
    labels : (Y, X) ndarray of int
        Instance labels of one slice, 0 is background, `UNKNOWN` is not known.
    gap : bool
        Whether pixels that touch another cell, diagonally too, are taught as background: a gap of two pixels, one on
        either side, by which touching cells come apart.

    Returns
    -------
    (Y, X) ndarray of float32: 0, 1 or `IGNORED`
    """
    cells = labels > 0
    if gap:
        cells &= ~_touches_another(labels)
    return _ignore_unknown(cells.astype(np.float32), labels)


def center_target(labels: np.ndarray, radius: float | None) -> np.ndarray:
    """Mark a disc in the middle of every cell, cut to the cell.

    The middle is the cell's pixel nearest its center of mass, so it lies inside bent and branched cells too.

    Parameters
    ----------
    labels : (Y, X) ndarray of int
        Instance labels of one slice, 0 is background, `UNKNOWN` is not known.
    radius : float or None
        Radius of the discs in pixels. None: a third of that of the disc that equals the cell.

    Returns
    -------
    (Y, X) ndarray of float32: 0, 1 or `IGNORED`
    """
    target = np.zeros(labels.shape, dtype=np.float32)
    ranks = np.searchsorted(np.unique(labels[labels > 0]), labels) + 1  # 1 to N: few boxes, however large the labels
    for index, box in enumerate(ndimage.find_objects(np.where(labels > 0, ranks, 0)), start=1):
        pixels = np.argwhere((ranks[box] == index) & (labels[box] > 0))
        middle = pixels[np.argmin(((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1))]
        reach = max(1, len(pixels) / (9 * np.pi)) if radius is None else radius**2
        inside = pixels[((pixels - middle) ** 2).sum(axis=1) <= reach]
        target[box][tuple(inside.T)] = 1
    return _ignore_unknown(target, labels)


def interior_target(labels: np.ndarray) -> np.ndarray:
    """Mark every cell without its rim: interiors of touching cells lie well apart.

    The rim is what is nearer to the cell's outline than 0.3 times the farthest of its pixels, in this slice.

    Parameters
    ----------
    labels : (Y, X) ndarray of int
        Instance labels of one slice, 0 is background, `UNKNOWN` is not known.

    Returns
    -------
    (Y, X) ndarray of float32: 0, 1 or `IGNORED`
    """
    separate = (labels == UNKNOWN) | ((labels > 0) & ~_touches_another(labels))
    depth = cv2.distanceTransform(np.pad(separate.astype(np.uint8), 1, mode="edge"), cv2.DIST_L2, 5)[1:-1, 1:-1]
    ranks = np.searchsorted(np.unique(labels[labels > 0]), labels) + 1  # 1 to N: few values, however large the labels
    deepest = np.array(ndimage.maximum(depth, np.where(labels > 0, ranks, 0), range(int(ranks.max()) + 1)))
    interior = (labels > 0) & (depth > RIM * deepest[np.where(labels > 0, ranks, 0)])
    return _ignore_unknown(interior.astype(np.float32), labels)


def _touches_another(labels: np.ndarray) -> np.ndarray:
    """Mark pixels of cells beside which, in a 3 x 3 square, another cell lies."""
    values = labels.astype(np.float32)
    square = np.ones((3, 3), np.uint8)
    largest = cv2.dilate(values, square)
    smallest = cv2.erode(np.where(values > 0, values, np.float32(np.inf)), square)
    return (values > 0) & (largest != smallest)


def _ignore_unknown(target: np.ndarray, labels: np.ndarray) -> np.ndarray:
    target[labels == UNKNOWN] = IGNORED
    return target
