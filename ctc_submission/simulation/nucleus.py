"""Nuclei: ellipsoids with shallow dents, nucleoli and bright spots."""

from dataclasses import replace

import numpy as np

from ctc_submission.simulation.cell import Cell, draw_brightness, textured
from ctc_submission.simulation.patch import Box, Patch, make_box
from ctc_submission.simulation.simulation_parameters import Cells
from ctc_submission.simulation.smooth import Texture

Axes = tuple[np.ndarray, np.ndarray, np.ndarray]


def draw_nucleus(rng: np.random.Generator, cell: Cell, cells: Cells, texture: Texture) -> Patch:
    """Draw a nucleus with a soft rim; a bright plate in the frame before it divides.

    Parameters
    ----------
    rng : Generator
        The nucleus' own source of randomness, the same for every frame.
    cell : Cell
        Where the nucleus is, and what state it is in.
    cells : Cells
        What the dataset's nuclei look like.
    texture : Texture
        Noise for the surface and the inside.
    """
    dead = rng.random() < cells.debris if cells.debris else False
    if dead:
        cell = replace(cell, radius=cell.radius * rng.uniform(0.3, 0.6))
    box = make_box(cell.center, _reach(cells) * cell.size + 1, cell.anisotropy)
    axes = _lean(rng, box, cells.tilt) if cells.tilt else box.offsets
    distance = _relative_distance(rng, cell, cells, axes)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    depth = (1 - distance) * np.float32(cell.size) + cells.roughness * grain
    rim = 0.55 + 0.45 * np.clip(depth / 3, 0, 1)
    middle = 1 - cells.hollow * np.exp(-6 * distance**2)
    light = draw_brightness(rng, cell, cells) * rim * middle * (rng.uniform(2, 8) if dead else 1)
    if cells.nucleoli or cells.spots:
        light = light * _chromatin(rng, cell, cells, axes)
    return textured(box, depth, light, cells.texture * grain)


def _reach(cells: Cells) -> np.ndarray:
    """Return how far nuclei reach along z, y and x at most, relative to their radius."""
    across = max(1.45, 1.1 * (1 + cells.elongation))
    along = max(across, 1.2 * cells.flatness) if cells.tilt else 1.2 * cells.flatness
    return np.array([along, across, across])


def _lean(rng: np.random.Generator, box: Box, tilt: float) -> Axes:
    """Return the box's offsets along a nucleus' own axes, its first one turned away from z in any direction."""
    z, y, x = box.offsets
    direction, angle = rng.uniform(0, 2 * np.pi), rng.uniform(0, tilt)
    along = np.cos(direction) * y + np.sin(direction) * x
    across = np.cos(direction) * x - np.sin(direction) * y
    return np.cos(angle) * z - np.sin(angle) * along, np.sin(angle) * z + np.cos(angle) * along, across


def _chromatin(rng: np.random.Generator, cell: Cell, cells: Cells, axes: Axes) -> np.ndarray:
    """Return how bright the nucleus is for its nucleoli and bright spots, (Z, Y, X), relative to one without."""
    light = np.ones(np.broadcast_shapes(*(axis.shape for axis in axes)), np.float32)
    for _ in range(rng.poisson(cells.nucleoli)):
        light *= 1 - rng.uniform(0.3, 0.95) * _ball(rng, cell, cells, axes, rng.uniform(0.2, 0.5))
    for _ in range(rng.poisson(cells.spots)):
        light += rng.uniform(0.3, 2) * _ball(rng, cell, cells, axes, rng.uniform(0.08, 0.2))
    return light


def _ball(rng: np.random.Generator, cell: Cell, cells: Cells, axes: Axes, radius: float) -> np.ndarray:
    """Return a soft ball in the nucleus, (Z, Y, X) float32, 1 in its middle; `radius` relative to the nucleus'."""
    place = rng.normal(0, 0.35, 3) * (cells.flatness, 1, 1)
    squared = sum((axis / cell.size - middle) ** 2 for axis, middle in zip(axes, place.tolist(), strict=True))
    return np.exp(-((squared / radius**2) ** 2)).astype(np.float32)


def _relative_distance(rng: np.random.Generator, cell: Cell, cells: Cells, axes: Axes) -> np.ndarray:
    """Distance from the center, (Z, Y, X), 1 on the surface: an ellipsoid with dents of orders 2 to 4 around z."""
    z, y, x = axes
    turn = rng.uniform(0, 2 * np.pi) + 0.03 * cell.age
    stretch = 1 + rng.uniform(0.0, cells.elongation)
    along, across = (0.9, 0.42) if cell.dividing else (stretch, 1 / stretch)
    u = (np.cos(turn) * y + np.sin(turn) * x) / (along * cell.size)
    v = (np.cos(turn) * x - np.sin(turn) * y) / (across * cell.size)
    angle = np.arctan2(v, u)
    phases = [rng.uniform(0, 2 * np.pi) + 0.1 * cell.age for _ in range(3)]
    dents = [rng.normal(0, 0.035) * np.cos(n * angle + phase) for n, phase in enumerate(phases, start=2)]
    in_plane = (u**2 + v**2) / (1 + sum(dents)) ** 2
    return np.sqrt((z / (cells.flatness * cell.size)) ** 2 + in_plane).astype(np.float32)
