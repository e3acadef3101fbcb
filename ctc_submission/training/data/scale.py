"""The magnification that brings a frame's cells to the size a network is trained at."""

from collections.abc import Mapping

import numpy as np

_ENOUGH_CELLS = 5
"""Cells whose median speaks for their own frame; with fewer the whole sequence's is taken."""


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
