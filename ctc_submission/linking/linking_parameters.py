"""What may be chosen when objects are linked."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LinkingParameters:
    """How far cells move; lengths are in the unit of the voxel spacing, micrometers where it is known.

    Lengths that are not given follow from the objects: they are parts of the median distance from an object to the
    nearest other one in its frame.
    """

    max_distance: float | None = None
    """Longest way of a center from one frame to the next; None for 0.6 of the median distance between neighbors."""
    max_division_distance: float | None = None
    """Longest way from a mother's center to a daughter's, 0 where cells do not divide; None for 0.8 of that median."""
    max_gap: int = 0
    """Frames in which a cell may be missing. A gap is never filled: the cell goes on as a child of its earlier track,
    which TRA and LNK count as an error where the reference has the cell in these frames."""

    def __post_init__(self) -> None:
        if self.max_distance is not None and not 0 < self.max_distance < math.inf:
            raise ValueError(f"max_distance is {self.max_distance}, expected a length above 0")
        if self.max_division_distance is not None and not 0 <= self.max_division_distance < math.inf:
            raise ValueError(f"max_division_distance is {self.max_division_distance}, expected a length, or 0 for none")
        if self.max_gap < 0:
            raise ValueError(f"max_gap is {self.max_gap}, expected 0 or more frames")
