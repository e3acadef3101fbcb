"""What may be chosen when probabilities are turned into labels."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

LabelingMethod = Literal["centers", "distance", "single", "components"]


@dataclass(frozen=True)
class LabelingParameters:
    """How the cells of one dataset are told apart.

    Lengths are in pixels, meaning the finest edge of a voxel: with a spacing of (6, 1.5, 1.5) a step in z is 4 pixels.
    """

    method: LabelingMethod = "distance"
    """``centers``: watershed from predicted centers. ``distance``: watershed of the distance to the background.
    ``single``: the largest connected piece is the one cell. ``components``: every connected piece is a cell."""
    foreground_threshold: float = 0.5
    """Foreground is where the probability is above this (paper, section 3.3)."""
    marker_threshold: float = 0.5
    """Centers are where the heat map is above this; this and the next two are for ``centers`` only."""
    marker_dynamics: float = 0.3
    """A summit of the heat map that rises no more than this above the pass to a higher one is no center of its own."""
    link_overlap: float = 0.5
    """Part of the smaller of two sections in neighboring slices that they share at least if they are of one cell."""
    spacing: tuple[float, float, float] | None = None
    """Edges (z, y, x) of a voxel in any unit; only their ratios matter. None: see `challenge.voxel_size`."""
    smoothing: float = 1.0
    """Standard deviation in pixels of the Gaussian that smooths the distance map and the heat map; 0 for none."""
    dynamics: float = 0.75
    """A maximum of the distance that rises no more than this, in pixels, above the pass to a higher one is no cell of
    its own; for ``distance``, and in slices for ``centers``. The staircase on the rim of a rod makes up to 0.7."""
    minimum_size: int = 0
    """Voxels in the frame; a smaller piece joins the neighbor it touches most, and is dropped if it touches none."""
    largest_hole: int = 0
    """Holes in a slice of up to so many pixels become foreground before cells are told apart. ``single`` fills all."""
    border: int = 0
    """Width in pixels, in x and y, of the frame's rim outside the field of interest: cells wholly in it are dropped."""
    faithful: bool = False
    """Label slice by slice as the paper's authors did, for comparison (see ``labeling.faithful``)."""

    def __post_init__(self) -> None:
        if self.method not in get_args(LabelingMethod):
            raise ValueError(f"labeling method '{self.method}' is unknown: take {', '.join(get_args(LabelingMethod))}")
        for name in ("foreground_threshold", "marker_threshold"):
            _check(0 <= getattr(self, name) < 1, name, getattr(self, name), "a probability in [0, 1)")
        _check(0 < self.link_overlap <= 1, "link_overlap", self.link_overlap, "a part in (0, 1]")
        for name in ("smoothing", "dynamics", "marker_dynamics"):
            _check(0 <= getattr(self, name) < math.inf, name, getattr(self, name), "0 or more")
        for name in ("minimum_size", "largest_hole", "border"):
            whole = isinstance(getattr(self, name), int) and getattr(self, name) >= 0
            _check(whole, name, getattr(self, name), "a whole number, 0 or more")
        spacing = self.spacing or (1.0, 1.0, 1.0)
        positive = len(spacing) == 3 and all(0 < edge < math.inf for edge in spacing)
        _check(positive, "spacing", self.spacing, "three positive numbers (z, y, x)")

    @property
    def steps(self) -> tuple[float, float, float]:
        """Edges (z, y, x) of a voxel in pixels: the finest is 1."""
        z, y, x = self.spacing or (1.0, 1.0, 1.0)
        finest = min(z, y, x)
        return z / finest, y / finest, x / finest


def _check(holds: bool, name: str, found: object, expected: str) -> None:
    if not holds:
        raise ValueError(f"labeling parameter {name} is {found}, expected {expected}")
