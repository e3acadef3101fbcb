"""Connected components of the foreground: all of them, the largest one, and their holes."""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING, Box
from ctc_submission.segmentation.labeling.separate_components import find_separate_components

_IN_SLICE = np.zeros((3, 3, 3), dtype=bool)
_IN_SLICE[1] = ndimage.generate_binary_structure(2, 1)


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
    labels[box] = component | _holes(component, mask.size)
    return labels


def fill_holes(mask: np.ndarray, largest: int, executor: Executor | None = None) -> np.ndarray:
    """Fill the holes that one connected component of the foreground encloses in a slice.

    Background that reaches the frame's edge is no hole.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    largest : int
        Largest hole to fill, in pixels of one slice.
    executor : Executor, optional
        Threads to share the work.

    Returns
    -------
    (Z, Y, X) ndarray of bool
        The foreground with its holes filled.
    """
    filled = mask.copy()
    components = label_components(mask, executor)
    boxes = ndimage.find_objects(components)

    def find(index: int) -> np.ndarray:
        return _holes(components[boxes[index]] == index + 1, largest)

    for box, holes in zip(boxes, map_ahead(find, range(len(boxes)), executor), strict=True):
        filled[box] |= holes
    return filled


def _holes(component: np.ndarray, largest: int) -> np.ndarray:
    """Find the holes of a component in its own bounding box."""
    gaps, count = ndimage.label(~component, _IN_SLICE)
    is_hole = np.bincount(gaps.ravel(), minlength=count + 1) <= largest
    for edge in (gaps[:, 0], gaps[:, -1], gaps[:, :, 0], gaps[:, :, -1], np.zeros(1, int)):
        is_hole[edge] = False
    return is_hole[gaps]
