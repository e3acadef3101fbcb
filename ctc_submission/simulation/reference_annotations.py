"""Reference annotations as in the challenge: markers, tracks and sparsely annotated slices."""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy import ndimage

from ctc_submission.challenge.tracks import Track

_CORE = 0.5


def mark_cells(labels: np.ndarray) -> np.ndarray:
    """Mark every cell by the inner half of its largest slice.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int
        Whole cells, 0 is background.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        Markers with the cells' labels.
    """
    markers = np.zeros(labels.shape, np.int32)
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        cell = labels[box] == label
        z = int(np.argmax(cell.sum(axis=(1, 2))))
        distance = ndimage.distance_transform_edt(np.pad(cell[z], 1))[1:-1, 1:-1]
        markers[box][z][distance > _CORE * distance.max()] = label
    return markers


def collect_tracks(parents: Iterable[Mapping[int, int]]) -> list[Track]:
    """Collect tracks from the cells of consecutive frames.

    Parameters
    ----------
    parents : iterable of mapping of int to int
        For frames 0, 1, ...: the label of every cell in the frame, and the label of its parent, or 0.

    Returns
    -------
    list of Track
        In the order of labels.

    Raises
    ------
    ValueError
        If a cell is absent from a frame between its first and its last.
    """
    tracks: dict[int, Track] = {}
    for frame, cells in enumerate(parents):
        for label, parent in cells.items():
            begin = tracks[label].begin if label in tracks else frame
            if label in tracks and tracks[label].end != frame - 1:
                raise ValueError(f"cell {label} is in frames {tracks[label].end} and {frame} but not between")
            tracks[label] = Track(label, begin, frame, parent)
    return [tracks[label] for label in sorted(tracks)]


def choose_annotated_slices(
    labels: np.ndarray, limits: tuple[int, int], rng: np.random.Generator, count: int = 2, share: float = 0.0
) -> list[int]:
    """Choose slices to annotate: at random among those with more than one cell, else those with most cells.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int
        Whole cells, 0 is background.
    limits : tuple of int
        First and last slice that may be chosen.
    rng : Generator
        Source of randomness.
    count : int
        Number of slices to choose, if there are as many that hold a cell.
    share : float
        Least number of cells in a slice relative to the fullest one: 0 takes any, 0.5 those well inside a sheet.

    Returns
    -------
    list of int
        Indices along z in ascending order; never a slice without a cell.
    """
    first, last = limits
    cells = {z: len(np.unique(labels[z])) - 1 for z in range(first, min(last, len(labels) - 1) + 1)}
    least = max(1.0, share * max(cells.values()))
    inhabited = rng.permutation([z for z, number in cells.items() if number >= least])
    ranked = sorted(inhabited.tolist(), key=lambda z: min(cells[z], 2), reverse=True)
    return sorted(ranked[:count])
