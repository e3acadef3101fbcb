"""Which cells look wrong, and why: judged by the other cells of the sequence, without references."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.reporting.cells import CellTable
from ctc_submission.reporting.statistics import robust_scores

_FAR = 3.0
_FEWEST = 6
_JOINED = 1.4
"""Times the median volume, or that before, from which a cell of a strange shape may be several."""
_DEVIATIONS = {"volume": 0.2, "elongation": 0.15, "fill": 0.03, "contrast": 0.2, "change": 0.13}
"""Least deviation from which values are told to be far: of logarithms (volume, elongation, change) and of shares."""


@dataclass(frozen=True)
class Suspicion:
    """A cell that looks wrong."""

    index: int
    """Its row in the measurements."""
    score: float
    """How strange it is: standard deviations beyond the second, summed over reasons; 3 for each more component."""
    reasons: tuple[str, ...]
    """What is strange, in words."""
    is_joined: bool
    """Whether it may be several cells with one label: far larger than others, or of a shape that two make."""


@dataclass(frozen=True)
class _Reason:
    score: float
    text: str
    is_joined: bool = False


def find_suspicions(
    cells: CellTable, outside: NDArray[np.float64] | None = None, linked: bool = False
) -> list[Suspicion]:
    """Rank the cells that look wrong.

    Parameters
    ----------
    cells : CellTable
        Measurements of a frame or a sequence.
    outside : (N,) ndarray of float64, optional
        Mean intensity outside cells in the frame of each; contrast is not judged without.
    linked : bool
        Whether equal labels in consecutive frames are one cell.

    Returns
    -------
    list of Suspicion
        The strangest first; cells in one component that are not far from the others in any respect are left out.
    """
    reasons: dict[int, list[_Reason]] = defaultdict(list)
    for check in (_components, _volume, _shape):
        for index, reason in check(cells):
            reasons[index].append(reason)
    if outside is not None:
        for index, reason in _contrast(cells, outside):
            reasons[index].append(reason)
    if linked:
        for index, reason in _change(cells):
            reasons[index].append(reason)
    found = [
        Suspicion(
            index,
            sum(reason.score for reason in given),
            tuple(reason.text for reason in given),
            any(reason.is_joined for reason in given),
        )
        for index, given in reasons.items()
    ]
    return sorted(found, key=lambda each: (-each.score, each.index))


def _components(cells: CellTable) -> Iterator[tuple[int, _Reason]]:
    for index in np.flatnonzero(cells.components > 1):
        count = int(cells.components[index])
        yield int(index), _Reason(3.0 * min(3, count - 1), f"its label is in {count} separate components")


def _volume(cells: CellTable) -> Iterator[tuple[int, _Reason]]:
    ratio = cells.voxels / np.median(cells.voxels) if len(cells) else cells.voxels
    scores = _scores("volume", np.log(cells.voxels))
    for index in np.flatnonzero(np.abs(scores) > _FAR):
        is_large = scores[index] > 0
        if is_large or not (cells.at_edge[index] or cells.at_end[index]):
            text = f"volume {ratio[index]:.2g} times the median"
            yield int(index), _Reason(abs(float(scores[index])) - 2, text, bool(is_large))


def _shape(cells: CellTable) -> Iterator[tuple[int, _Reason]]:
    fill, middle = _scores("fill", cells.fill), _median(cells.fill)
    large = _JOINED * _median(cells.voxels)
    for index in np.flatnonzero(fill < -_FAR):
        text = f"fills {cells.fill[index]:.0%} of its ellipsoid (median {middle:.0%})"
        is_large = cells.components[index] == 1 and cells.voxels[index] > large
        yield int(index), _Reason(-float(fill[index]) - 2, text, bool(is_large))
    elongation, middle = _scores("elongation", np.log(cells.elongation)), _median(cells.elongation)
    for index in np.flatnonzero(elongation > _FAR):
        text = f"{cells.elongation[index]:.2g} times as long as wide (median {middle:.2g})"
        yield int(index), _Reason(float(elongation[index]) - 2, text)


def _contrast(cells: CellTable, outside: NDArray[np.float64]) -> Iterator[tuple[int, _Reason]]:
    contrast = cells.intensity - outside
    middle = np.median(contrast) if len(cells) else 0.0
    if middle <= 0:
        return
    scores = _scores("contrast", contrast / middle)
    for index in np.flatnonzero(scores < -_FAR):
        text = f"hardly brighter than its surroundings: {contrast[index] / middle:.0%} of the median contrast"
        yield int(index), _Reason(-float(scores[index]) - 2, text)


def _change(cells: CellTable) -> Iterator[tuple[int, _Reason]]:
    """Compare each cell with its track's in the frame before."""
    rows = {
        (frame, label): index
        for index, (frame, label) in enumerate(zip(cells.frame.tolist(), cells.label.tolist(), strict=True))
    }
    pairs = [(index, rows[frame - 1, label]) for (frame, label), index in rows.items() if (frame - 1, label) in rows]
    if not pairs:
        return
    later, earlier = np.array(pairs).T
    ratio = cells.voxels[later] / cells.voxels[earlier]
    scores = _scores("change", np.log(ratio))
    for place in np.flatnonzero(np.abs(scores) > _FAR):
        text = f"volume {ratio[place]:.2g} times that in the frame before"
        yield int(later[place]), _Reason(abs(float(scores[place])) - 2, text, bool(ratio[place] > _JOINED))


def _median(values: NDArray) -> float:
    return float(np.median(values)) if len(values) else math.nan


def _scores(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return deviations from the median; none among too few cells."""
    return robust_scores(values, _DEVIATIONS[name]) if len(values) >= _FEWEST else np.zeros(len(values))
