"""Connected pieces of the foreground: all of them, the largest one, and their holes."""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING, Box
from ctc_submission.segmentation.labeling.separate_components import find_islands

_IN_SLICE = np.zeros((3, 3, 3), dtype=bool)
_IN_SLICE[1] = ndimage.generate_binary_structure(2, 1)


def label_components(mask: np.ndarray, executor: Executor | None = None) -> np.ndarray:
    """Label the 26-connected pieces of the foreground.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    executor : Executor, optional
        Threads to share the work.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 to N, island by island; 0 in the background.
    """
    labels = np.zeros(mask.shape, np.int32)
    count = 0
    islands = find_islands(mask, (0, 0, 0), executor)

    def label(place: int) -> tuple[Box, np.ndarray, np.ndarray, int]:
        box, island = islands.cut(place)
        return box, island, *ndimage.label(island, TOUCHING, output=np.int32)

    for box, island, pieces, found in map_ahead(label, range(len(islands.boxes)), executor):
        np.add(pieces, count, out=labels[box], where=island)
        count += found
    return labels


def label_single(mask: np.ndarray) -> np.ndarray:
    """Label the largest 26-connected piece, its holes filled, as the one cell of the frame.

    A hole in 3D is a hole in every slice it passes through, so filling slice by slice fills those as well.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 in the cell, 0 elsewhere; the first of several equally large pieces, in scan order, is taken.
    """
    labels, _ = ndimage.label(mask, TOUCHING, output=np.int32)
    boxes = ndimage.find_objects(labels)
    if not boxes:
        return labels
    largest = np.bincount(labels[mask]).argmax()
    box = boxes[largest - 1]
    piece = labels[box] == largest
    labels[:] = 0
    labels[box] = piece | _holes(piece, mask.size)
    return labels


def fill_holes(mask: np.ndarray, largest: int, executor: Executor | None = None) -> np.ndarray:
    """Fill the holes that one connected piece of the foreground encloses in a slice.

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

    def find(place: int) -> np.ndarray:
        return _holes(components[boxes[place]] == place + 1, largest)

    for box, holes in zip(boxes, map_ahead(find, range(len(boxes)), executor), strict=True):
        filled[box] |= holes
    return filled


def _holes(piece: np.ndarray, largest: int) -> np.ndarray:
    """Find the holes of a piece in its own bounding box."""
    gaps, count = ndimage.label(~piece, _IN_SLICE)
    is_hole = np.bincount(gaps.ravel(), minlength=count + 1) <= largest
    for edge in (gaps[:, 0], gaps[:, -1], gaps[:, :, 0], gaps[:, :, -1], np.zeros(1, int)):
        is_hole[edge] = False
    return is_hole[gaps]
