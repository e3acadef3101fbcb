"""Holes of connected components of the foreground, slice by slice."""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.connected_components import label_components

_IN_SLICE = np.zeros((3, 3, 3), dtype=bool)
_IN_SLICE[1] = ndimage.generate_binary_structure(2, 1)


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
        return find_holes(components[boxes[index]] == index + 1, largest)

    for box, holes in zip(boxes, map_ahead(find, range(len(boxes)), executor), strict=True):
        filled[box] |= holes
    return filled


def find_holes(component: np.ndarray, largest: int) -> np.ndarray:
    """Find the holes of a component in its own bounding box."""
    gaps, count = ndimage.label(~component, _IN_SLICE)
    is_hole = np.bincount(gaps.ravel(), minlength=count + 1) <= largest
    for edge in (gaps[:, 0], gaps[:, -1], gaps[:, :, 0], gaps[:, :, -1], np.zeros(1, int)):
        is_hole[edge] = False
    return is_hole[gaps]
