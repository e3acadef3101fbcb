"""The size of cells, and the magnification that brings a frame's cells to the size a network is trained at."""

from collections.abc import Iterable, Mapping

import numpy as np

_ENOUGH_CELLS = 5
"""Cells whose median speaks for their own frame; with fewer the whole sequence's is taken."""


def section_diameters(sections: Iterable[np.ndarray]) -> np.ndarray:
    """Measure the largest cross-section of every cell of a frame.

    Parameters
    ----------
    sections : iterable of (Y, X) ndarray of int
        Instance labels slice by slice, 0 is background; one label is one cell throughout.

    Returns
    -------
    (N,) ndarray of float64
        Diameters in pixels of the discs of equal area, for every label that occurs.
    """
    largest = np.zeros(1, dtype=np.int64)
    for labels in sections:
        areas = np.bincount(labels.ravel(), minlength=largest.size)
        areas[: largest.size] = np.maximum(areas[: largest.size], largest)
        largest = areas
    areas = largest[1:]
    return np.sqrt(4 * areas[areas > 0] / np.pi)


def choose_scales(diameters: Mapping[int, np.ndarray], wanted: float) -> dict[int, float]:
    """Choose each frame's magnification, so that the median of its cells' diameters becomes the wanted one.

    Parameters
    ----------
    diameters : mapping of int to (N,) ndarray of float
        Diameters of the cells of every frame, in its pixels. At least one frame has a cell.
    wanted : float
        Diameter in pixels of the network's input.

    Returns
    -------
    dict of int to float
        By frame. Where it has fewer than five cells, the median of the whole sequence decides.
    """
    pooled = np.concatenate(list(diameters.values()))
    return {
        frame: float(wanted / np.median(own if own.size >= _ENOUGH_CELLS else pooled))
        for frame, own in diameters.items()
    }
