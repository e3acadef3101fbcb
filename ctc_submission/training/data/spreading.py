"""A few of many, evenly spread and always the same ones."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


def spread(items: Sequence[Item], most: int | None) -> list[Item]:
    """Take at most a number of the items, evenly spread, the first and the last among them.

    Parameters
    ----------
    items : sequence
        What to take from.
    most : int or None
        Number of items at most, 1 or more; None for all.
    """
    if most is None or len(items) <= most:
        return list(items)
    places = np.linspace(0, len(items) - 1, most) if most > 1 else [len(items) // 2]
    return [items[round(place)] for place in places]
