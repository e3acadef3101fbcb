"""The three forms of cells: branched cells, nuclei, and one large cell with filopodia."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy import ndimage

from ctc_submission.simulation.capsules import limb, limb_depth
from ctc_submission.simulation.parameters import Cells
from ctc_submission.simulation.patch import Box, Patch, make_box
from ctc_submission.simulation.smooth import Texture

_SLAB = 0.6
_SMALLEST_SECTION = 80


@dataclass(frozen=True)
class Subject:
    """One cell to draw."""

    centre: np.ndarray
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
    def glow(self) -> float:
        """Brightness relative to a resting cell: condensed cells, about to divide or just born, are brighter."""
        return 2.0 if self.dividing else 1.0 + 0.7 * max(1 - self.age / 3, 0)


def draw_branched(rng: np.random.Generator, subject: Subject, cells: Cells, texture: Texture) -> Patch:
    """Draw a cell that creeps through a gel: a body with up to four curved, tapering arms, round when it divides.

    Parameters
    ----------
    rng : Generator
        The cell's own source of randomness, the same for every frame.
    subject : Subject
        Where the cell is, and what state it is in.
    cells : Cells
        What the dataset's cells look like.
    texture : Texture
        Noise for the surface and the inside.
    """
    limbs = _branched_limbs(rng, subject)
    points = np.concatenate([points for points, _ in limbs])
    reach = np.abs(points).max(axis=0) + 1.2 * subject.radius + 2
    box = make_box(subject.centre, reach, subject.anisotropy, _SLAB)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    depth = np.maximum.reduce([limb_depth(box.offsets, line, radii) for line, radii in limbs])
    depth = _drop_slivers(depth + cells.roughness * grain)
    brightness = subject.glow * np.exp(cells.brightness_spread * rng.standard_normal())
    light = brightness * (0.6 + 0.4 * np.clip(depth / (0.6 * subject.radius), 0, 1))
    return _textured(box, depth, light, cells.texture * grain)


def _drop_slivers(depth: np.ndarray) -> np.ndarray:
    """Take away slices in which so little of the cell is left that nobody would see it."""
    area = np.count_nonzero(depth > 0, axis=(1, 2))
    return np.where((area < _SMALLEST_SECTION)[:, None, None], np.float32(-1), depth)


def _branched_limbs(rng: np.random.Generator, subject: Subject) -> list[tuple[np.ndarray, tuple[float, float]]]:
    """Body and arms as lines (N, 3) with their first and last radius; arms stretch and shrink with age."""
    radius = subject.size
    turn = rng.uniform(0, 2 * np.pi) + 0.4 * np.sin(rng.uniform(0, 7) + 0.2 * subject.age)
    slimness = rng.uniform(0.0, 1.0) * (not subject.dividing)
    axis = np.array([rng.normal(0, 0.2), np.sin(turn), np.cos(turn)])
    half = axis * radius * 1.3 * slimness
    body = radius * (1.12 - 0.38 * slimness)
    limbs = [(np.stack([-half, half]), (body, body * rng.uniform(0.75, 1.0)))]
    for arm in range(rng.choice(5, p=(0.2, 0.25, 0.38, 0.13, 0.04)) * (not subject.dividing)):
        side = 1 if arm % 2 == 0 else -1
        direction = side * axis + rng.normal(0, 0.45, 3) * (0.4, 1, 1)
        stretch = 0.65 + 0.35 * np.sin(rng.uniform(0, 7) + rng.uniform(0.2, 0.6) * subject.age)
        length = rng.gamma(2.2, 13.0) * stretch + 0.8 * body
        line = limb(rng, side * half, direction, length, 0.25)
        limbs.append((line, (0.7 * body, rng.uniform(1.6, 2.6))))
    return limbs


def draw_nucleus(rng: np.random.Generator, subject: Subject, cells: Cells, texture: Texture) -> Patch:
    """Draw a nucleus: an ellipsoid with low-order dents, a bright plate when it divides.

    Parameters
    ----------
    rng : Generator
        The nucleus' own source of randomness, the same for every frame.
    subject : Subject
        Where the nucleus is, and what state it is in.
    cells : Cells
        What the dataset's nuclei look like.
    texture : Texture
        Noise for the surface and the inside.
    """
    radius = subject.size
    box = make_box(subject.centre, np.array([1.2 * cells.flatness, 1.45, 1.45]) * radius + 1, subject.anisotropy)
    z, y, x = box.offsets
    turn = rng.uniform(0, 2 * np.pi) + 0.03 * subject.age
    stretch = 1 + rng.uniform(0.0, 0.28)
    along, across = (0.9, 0.42) if subject.dividing else (stretch, 1 / stretch)
    u = (np.cos(turn) * y + np.sin(turn) * x) / np.float32(along * radius)
    v = (np.cos(turn) * x - np.sin(turn) * y) / np.float32(across * radius)
    angle = np.arctan2(v, u)
    dents = [rng.normal(0, 0.035) * np.cos(order * angle + rng.uniform(0, 7) + 0.1 * subject.age) for order in (2, 3, 4)]
    w = z / np.float32(cells.flatness * radius)
    distance = np.sqrt(w**2 + (u**2 + v**2) / (1 + sum(dents)) ** 2)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    depth = (1 - distance) * np.float32(radius) + cells.roughness * grain
    brightness = subject.glow * np.exp(cells.brightness_spread * rng.standard_normal())
    rim = 0.55 + 0.45 * np.clip(depth / 3, 0, 1)
    light = brightness * rim * (1 - cells.hollow * np.exp(-6 * distance**2))
    return _textured(box, depth, light, cells.texture * grain)


def draw_filopodial(rng: np.random.Generator, subject: Subject, cells: Cells, texture: Texture) -> Patch:
    """Draw one large cell: a lumpy body and thin, dim filopodia that grow and shrink.

    Parameters
    ----------
    rng : Generator
        The cell's own source of randomness, the same for every frame.
    subject : Subject
        Where the cell is, and what state it is in.
    cells : Cells
        What the dataset's cells look like.
    texture : Texture
        Noise for the surface and the inside.
    """
    radius = subject.radius
    box = make_box(subject.centre, np.array([1.3 * cells.flatness, 1.9, 1.9]) * radius, subject.anisotropy, _SLAB)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    body = _lumpy_depth(rng, subject, cells, box) + cells.roughness * grain
    depth = body.copy()
    for _ in range(rng.integers(14, 24)):
        _add_filopodium(rng, subject, cells, box, depth)
    inside = np.clip(body / (0.25 * radius), 0, 1)
    light = np.where(body > 0, 0.75 + 0.35 * inside - 0.3 * inside**2, 0.45)
    return _textured(box, depth, light, cells.texture * grain)


def _lumpy_depth(rng: np.random.Generator, subject: Subject, cells: Cells, box: Box) -> np.ndarray:
    """Depth inside a ball with lumps of low order, computed at every fourth pixel and interpolated."""
    z, y, x = box.offsets
    z, y, x = z / np.float32(cells.flatness), y[:, ::4], x[:, :, ::4]
    distance = np.sqrt(z**2 + y**2 + x**2) + 1e-3
    lumps = np.zeros_like(distance)
    for order in range(1, 8):
        direction = rng.standard_normal(3) * (0.5, 1, 1)
        phase = rng.uniform(0, 7) + rng.uniform(0.05, 0.2) * subject.age
        projected = (direction[0] * z + direction[1] * y + direction[2] * x) / distance
        lumps += 0.16 / order**0.7 * np.cos(projected * (1 + 0.5 * order) + phase)
    coarse = (subject.radius * (1 + lumps) - distance).astype(np.float32)
    factors = np.divide(box.shape, coarse.shape)
    return ndimage.zoom(coarse, factors, order=1, mode="nearest", grid_mode=True)


def _add_filopodium(rng: np.random.Generator, subject: Subject, cells: Cells, box: Box, depth: np.ndarray) -> None:
    """Deepen `depth`, which the caller owns, by one thin limb that starts inside the body."""
    angle, tilt = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.35) * cells.flatness
    direction = np.array([np.sin(tilt), np.cos(tilt) * np.sin(angle), np.cos(tilt) * np.cos(angle)])
    growth = 0.5 + 0.5 * np.sin(rng.uniform(0, 7) + rng.uniform(0.1, 0.4) * subject.age)
    length = subject.radius * (0.4 + rng.uniform(0.2, 0.7) * growth)
    line = limb(rng, 0.7 * subject.radius * direction, direction, length, 0.12)
    radii = (rng.uniform(4.0, 6.0), rng.uniform(2.2, 3.0))
    low, high = line.min(axis=0) - 7, line.max(axis=0) + 7
    ranges = [np.searchsorted(o.ravel(), (a, b)) for o, a, b in zip(box.offsets, low, high, strict=True)]
    part = tuple(slice(a, b) for a, b in ranges)
    z, y, x = box.offsets
    offsets = (z[part[0]], y[:, part[1]], x[:, :, part[2]])
    np.maximum(depth[part], limb_depth(offsets, line, radii), out=depth[part])


def _textured(box: Box, depth: np.ndarray, light: np.ndarray, grain: np.ndarray) -> Patch:
    textured = np.maximum(light * (1 + grain), 0.02)
    return Patch(box.origin, depth.astype(np.float32), textured.astype(np.float32))


DRAW: Mapping[str, Callable[[np.random.Generator, Subject, Cells, Texture], Patch]] = MappingProxyType(
    {"branched": draw_branched, "nucleus": draw_nucleus, "filopodial": draw_filopodial}
)
"""How each form is drawn."""
