"""References in which several cells share a label, as in a mask of 0 and 255: found, and given labels of their own."""

import numpy as np
from scipy import ndimage

_SPECK = 0.1
"""A connected component below this share of the largest one of its label is a speck, not a cell of its own."""


def share_labels(labels: np.ndarray) -> bool:
    """Whether most labels of a reference mark several cells that do not touch.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int
        A reference, 0 is background.
    """
    counts = [_count_cells(sizes) for sizes in _component_sizes(labels)]
    return sum(count > 1 for count in counts) > len(counts) / 2


def split_shared_labels(labels: np.ndarray) -> np.ndarray:
    """Give every connected component of a reference, corners included, a label of its own.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int
        A reference, 0 is background.

    Returns
    -------
    (Z, Y, X) ndarray of int32
    """
    split = np.zeros(labels.shape, np.int32)
    last = 0
    for label, box in _boxes(labels):
        components, count = _components(labels[box] == label)
        np.copyto(split[box], components + last, where=components > 0)
        last += count
    return split


def _boxes(labels: np.ndarray) -> list[tuple[int, tuple[slice, ...]]]:
    """List the labels that occur, each with the box that it lies in."""
    found = ndimage.find_objects(labels)
    return [(label, box) for label, box in enumerate(found, start=1) if box is not None]


def _components(mask: np.ndarray) -> tuple[np.ndarray, int]:
    return ndimage.label(mask, np.ones((3,) * mask.ndim))


def _component_sizes(labels: np.ndarray) -> list[np.ndarray]:
    """Count the voxels of every connected component, label by label."""
    return [np.bincount(_components(labels[box] == label)[0].ravel())[1:] for label, box in _boxes(labels)]


def _count_cells(sizes: np.ndarray) -> int:
    return int((sizes >= _SPECK * sizes.max()).sum())
