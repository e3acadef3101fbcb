"""Tapered capsules: the limbs that branched cells and filopodia are made of."""

import numpy as np


def limb(rng: np.random.Generator, start: np.ndarray, direction: np.ndarray, length: float, bend: float) -> np.ndarray:
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
        Standard deviation in radians of the change of direction from one of the 4 pieces to the next.

    Returns
    -------
    (5, 3) ndarray of float
        Points along the line.
    """
    pieces = 4
    steps = np.empty((pieces, 3))
    heading = direction / np.linalg.norm(direction)
    for piece in range(pieces):
        heading = heading + bend * rng.standard_normal(3) * (0.5, 1, 1)
        heading = heading / np.linalg.norm(heading)
        steps[piece] = heading * length / pieces
    return np.concatenate([start[None], start + np.cumsum(steps, axis=0)])


def capsule_depth(
    offsets: tuple[np.ndarray, np.ndarray, np.ndarray], ends: np.ndarray, radii: tuple[float, float]
) -> np.ndarray:
    """Depth inside a tapered capsule: radius minus distance to its axis, negative outside.

    Parameters
    ----------
    offsets : 3 ndarrays of float32
        Open grid of coordinates (z, y, x).
    ends : (2, 3) ndarray of float
        First and last point of the axis.
    radii : tuple of float
        Radius at the first and at the last point.
    """
    axis = (ends[1] - ends[0]).astype(np.float32)
    squared = float(axis @ axis) + 1e-6
    along = sum((o - np.float32(e)) * np.float32(a / squared) for o, e, a in zip(offsets, ends[0], axis, strict=True))
    along = np.clip(along, 0, 1)
    distance = sum(
        np.square(o - np.float32(e) - along * a) for o, e, a in zip(offsets, ends[0], axis, strict=True)
    )
    taper = np.float32(radii[1] - radii[0])
    return np.float32(radii[0]) + taper * along - np.sqrt(distance)


def limb_depth(
    offsets: tuple[np.ndarray, np.ndarray, np.ndarray], points: np.ndarray, radii: tuple[float, float]
) -> np.ndarray:
    """Depth inside a limb through `points` ((N, 3), z, y, x) that tapers from the first radius to the second."""
    widths = np.linspace(*radii, len(points))
    pieces = zip(points[:-1], points[1:], widths[:-1], widths[1:], strict=True)
    depths = [capsule_depth(offsets, np.stack([a, b]), (r, s)) for a, b, r, s in pieces]
    return np.maximum.reduce(depths)
