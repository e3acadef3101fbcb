"""Limbs: curved, tapering lines of which arms and filopodia are made."""

from dataclasses import dataclass

import numpy as np

_SEGMENTS = 4


@dataclass(frozen=True)
class Limb:
    """A chain of tapered capsules."""

    points: np.ndarray
    """(N, 3) float points (z, y, x) along its axis, in pixels of y and x."""
    radii: tuple[float, float]
    """Radius at the first and at the last point."""


def grow_limb(
    rng: np.random.Generator, start: np.ndarray, direction: np.ndarray, length: float, bend: float
) -> np.ndarray:
    """Grow a curved line.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    start, direction : (3,) ndarray of float
        First point, and first direction (z, y, x), of any length.
    length : float
        Length of the line.
    bend : float
        Standard deviation in radians of the change of direction from one of the 4 segments to the next.

    Returns
    -------
    (5, 3) ndarray of float
        Points along the line.
    """
    steps = np.empty((_SEGMENTS, 3))
    heading = direction / np.linalg.norm(direction)
    for segment in range(_SEGMENTS):
        heading = heading + bend * rng.standard_normal(3) * (0.5, 1, 1)
        heading = heading / np.linalg.norm(heading)
        steps[segment] = heading * length / _SEGMENTS
    return np.concatenate([start[None], start + np.cumsum(steps, axis=0)])


def limb_depth(offsets: tuple[np.ndarray, np.ndarray, np.ndarray], limb: Limb, slab: float = 0.0) -> np.ndarray:
    """Depth inside a limb: radius minus distance to its axis, negative outside.

    Parameters
    ----------
    offsets : 3 ndarrays of float32
        Open grid of coordinates (z, y, x).
    limb : Limb
        The limb, in the same coordinates.
    slab : float
        Thickness of the slab that a slice shows: distances along z are measured from the slab instead of from its
        middle, so that a limb thinner than a slice does not fall between two slices.

    Returns
    -------
    (Z, Y, X) ndarray of float32
        The depth.
    """
    radii = np.linspace(*limb.radii, len(limb.points))
    segments = zip(limb.points[:-1], limb.points[1:], radii[:-1], radii[1:], strict=True)
    return np.maximum.reduce([_capsule_depth(offsets, (a, b), (r, s), slab) for a, b, r, s in segments])


def _capsule_depth(
    offsets: tuple[np.ndarray, np.ndarray, np.ndarray],
    ends: tuple[np.ndarray, np.ndarray],
    radii: tuple[float, float],
    slab: float,
) -> np.ndarray:
    first, last = ends
    axis = last - first
    weights = (axis / (axis @ axis + 1e-6)).tolist()
    z, y, x = (each - start for each, start in zip(offsets, first.tolist(), strict=True))
    along = np.clip(weights[0] * z + weights[1] * y + weights[2] * x, 0, 1)
    dz, dy, dx = axis.tolist()
    above = np.maximum(np.abs(z - dz * along) - slab / 2, 0)
    squared = above**2 + (y - dy * along) ** 2 + (x - dx * along) ** 2
    return float(radii[0]) + float(radii[1] - radii[0]) * along - np.sqrt(squared)
