"""A cell to draw: what the forms of cells share."""

from dataclasses import dataclass

import numpy as np

from ctc_submission.simulation.patch import Box, Patch
from ctc_submission.simulation.simulation_parameters import Cells


@dataclass(frozen=True)
class Cell:
    """A cell to draw."""

    center: np.ndarray
    """(3,) float position (z, y, x) in pixels of y and x."""
    radius: float
    """Radius in pixels when full-grown."""
    age: int
    """Frames since birth."""
    remaining: int
    """Frames until division."""
    anisotropy: float
    """Voxel size in z relative to y and x."""

    @property
    def dividing(self) -> bool:
        """Whether this is the last frame before division."""
        return self.remaining <= 1

    @property
    def size(self) -> float:
        """Radius now: daughters start at 0.75 of their full radius and grow for ten frames."""
        return self.radius * min(0.75 + 0.025 * self.age, 1.0)

    @property
    def brightness(self) -> float:
        """Relative to a resting cell: condensed cells, about to divide or just born, are brighter."""
        return 2.0 if self.dividing else 1.0 + 0.7 * max(1 - self.age / 3, 0)


def draw_brightness(rng: np.random.Generator, cell: Cell, cells: Cells) -> float:
    """Draw a cell's mean intensity, 1 on average over resting cells."""
    return float(cell.brightness * np.exp(cells.brightness_spread * rng.standard_normal()))


def textured(box: Box, depth: np.ndarray, light: np.ndarray, grain: np.ndarray) -> Patch:
    """Make a patch of `depth`, and `light` modulated by relative noise `grain`; all (Z, Y, X), of the size of `box`."""
    modulated = np.maximum(light * (1 + grain), 0.02)
    return Patch(box.origin, depth.astype(np.float32), modulated.astype(np.float32))
