"""Shares of a recording: every N-th frame, for tasks that know nothing of each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Shard:
    """One of the equal shares that a recording is cut into."""

    number: int
    """Which share, from 1 on."""
    count: int
    """Number of shares."""

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise ValueError(f"shard {self}: expected I/N with I from 1 to N, such as 1/4")

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def select(self, items: Sequence[_Item]) -> Sequence[_Item]:
        """Return this share of a sequence, every `count`-th of its items; all shares together are the whole."""
        return items[self.number - 1 :: self.count]


WHOLE = Shard(1, 1)
"""The share of a run that shares with nobody."""


def parse_shard(text: str) -> Shard:
    """Read a share as it is written on the command line, such as ``1/4``.

    Raises
    ------
    ValueError
        If it is not I/N with I from 1 to N.
    """
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found:
        raise ValueError(f"shard '{text}': expected I/N with I from 1 to N, such as 1/4")
    return Shard(int(found[1]), int(found[2]))
