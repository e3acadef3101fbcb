"""Nuclei: ellipsoids with shallow dents."""

from dataclasses import replace

import numpy as np

from ctc_submission.simulation.cell import Cell, draw_brightness, textured
from ctc_submission.simulation.parameters import Cells
from ctc_submission.simulation.patch import Box, Patch, make_box
from ctc_submission.simulation.smooth import Texture


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
    reach = np.array([1.2 * cells.flatness, 1.45, 1.45]) * cell.size + 1
    box = make_box(cell.center, reach, cell.anisotropy)
    distance = _relative_distance(rng, cell, cells, box)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    depth = (1 - distance) * np.float32(cell.size) + cells.roughness * grain
    rim = 0.55 + 0.45 * np.clip(depth / 3, 0, 1)
    middle = 1 - cells.hollow * np.exp(-6 * distance**2)
    light = draw_brightness(rng, cell, cells) * rim * middle * (rng.uniform(2, 8) if dead else 1)
    return textured(box, depth, light, cells.texture * grain)


def _relative_distance(rng: np.random.Generator, cell: Cell, cells: Cells, box: Box) -> np.ndarray:
    """Distance from the center, (Z, Y, X), 1 on the surface: an ellipsoid with dents of orders 2 to 4 around z."""
    z, y, x = box.offsets
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
