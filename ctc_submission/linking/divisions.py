"""Divisions told from cells that merely appear beside another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ctc_submission.linking.lineage import Link, Node

_MOST_LOPSIDED = 0.45


def keep_balanced_divisions(links: Sequence[Link], positions: Mapping[Node, NDArray[np.float64]]) -> list[Link]:
    """Undo divisions whose mother does not lie between her daughters.

    A mother lies near the middle of her daughters. A cell that stays where it is, with a new one at its side, lies half
    the distance of the two from their middle. From 0.45 of that distance on, the link to the farther one is dropped.

    Parameters
    ----------
    links : sequence of Link
        At most two begin at each object.
    positions : mapping of Node to (3,) ndarray of float64
        Centers z, y, x of the objects, in one unit.

    Returns
    -------
    list of Link
        In the order given.
    """
    followers = defaultdict(list)
    for earlier, later in links:
        followers[earlier].append(later)
    dropped = {
        (mother, max(daughters, key=lambda node: np.linalg.norm(positions[node] - positions[mother])))
        for mother, daughters in followers.items()
        if len(daughters) > 1 and not _is_balanced(positions[mother], *(positions[node] for node in daughters))
    }
    return [link for link in links if link not in dropped]


def _is_balanced(mother: NDArray, first: NDArray, second: NDArray) -> bool:
    """Whether the mother is near the middle of two daughters, measured by their distance."""
    off = np.linalg.norm((first + second) / 2 - mother)
    return bool(off < _MOST_LOPSIDED * np.linalg.norm(first - second))
