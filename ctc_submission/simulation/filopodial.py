"""One large cell: a lumpy cell body with filopodia, thin dim protrusions that grow and shrink."""

import numpy as np
from scipy import ndimage

from ctc_submission.simulation.capsules import Limb, grow_limb, limb_depth
from ctc_submission.simulation.cell import Cell, draw_brightness, textured
from ctc_submission.simulation.patch import Box, Patch, make_box
from ctc_submission.simulation.simulation_parameters import Cells
from ctc_submission.simulation.smooth import Texture

_SLAB = 0.9
_COARSE = 4
_THICKEST = 7


def draw_filopodial(rng: np.random.Generator, cell: Cell, cells: Cells, texture: Texture) -> Patch:
    """Draw one large cell whose body changes slowly and whose filopodia come and go with age.

    Parameters
    ----------
    rng : Generator
        The cell's own source of randomness, the same for every frame.
    cell : Cell
        Where the cell is, and what state it is in.
    cells : Cells
        What the dataset's cells look like.
    texture : Texture
        Noise for the surface and the inside.
    """
    reach = np.array([1.3 * cells.flatness, 1.9, 1.9]) * cell.radius
    box = make_box(cell.center, reach, cell.anisotropy)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    body = _body_depth(rng, cell, cells, box) + cells.roughness * grain
    limbs = [_draw_filopodium(rng, cell, cells) for _ in range(rng.integers(14, 24))]
    depth = body.copy()
    for limb in limbs:
        part, offsets = _around(limb, box)
        depth[part] = np.maximum(depth[part], limb_depth(offsets, limb, _SLAB * cell.anisotropy))
    thickness = np.clip(body / (0.25 * cell.radius), 0, 1)
    brightness = draw_brightness(rng, cell, cells)
    light = brightness * np.where(body > 0, 0.75 + 0.35 * thickness - 0.3 * thickness**2, 0.6)
    return textured(box, depth, light, cells.texture * grain)


def _body_depth(rng: np.random.Generator, cell: Cell, cells: Cells, box: Box) -> np.ndarray:
    """Depth inside an ellipsoid with lumps of low order, computed at every fourth pixel and interpolated."""
    z, y, x = box.offsets
    turn, stretch = rng.uniform(0, np.pi), rng.uniform(1.0, 1.15)
    y, x = y[:, ::_COARSE], x[:, :, ::_COARSE]
    z = z / cells.flatness
    y, x = (np.cos(turn) * y + np.sin(turn) * x) / stretch, (np.cos(turn) * x - np.sin(turn) * y) * stretch
    distance = np.sqrt(z**2 + y**2 + x**2) + 1e-3
    lumps = np.zeros_like(distance)
    for order in range(1, 8):
        direction = rng.standard_normal(3) * (0.5, 1, 1)
        phase = rng.uniform(0, 7) + rng.uniform(0.05, 0.2) * cell.age
        projection = (direction[0] * z + direction[1] * y + direction[2] * x) / distance
        lumps += 0.16 / order**0.7 * np.cos(projection * (1 + 0.5 * order) + phase)
    coarse = (cell.radius * (1 + lumps) - distance).astype(np.float32)
    return ndimage.zoom(coarse, np.divide(box.shape, coarse.shape), order=1, mode="nearest", grid_mode=True)


def _draw_filopodium(rng: np.random.Generator, cell: Cell, cells: Cells) -> Limb:
    """Draw a limb that starts inside the body, whatever its lumps, and ends outside."""
    angle, tilt = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.35) * cells.flatness
    direction = np.array([np.sin(tilt), np.cos(tilt) * np.sin(angle), np.cos(tilt) * np.cos(angle)])
    growth = 0.5 + 0.5 * np.sin(rng.uniform(0, 7) + rng.uniform(0.1, 0.4) * cell.age)
    length = cell.radius * (0.65 + rng.uniform(0.2, 0.7) * growth)
    points = grow_limb(rng, 0.4 * cell.radius * direction, direction, length, 0.12)
    return Limb(points, (rng.uniform(4.0, 6.0), rng.uniform(2.2, 3.0)))


def _around(limb: Limb, box: Box) -> tuple[tuple[slice, ...], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Find the part of `box` that holds a limb, and the offsets there."""
    low, high = limb.points.min(axis=0) - _THICKEST, limb.points.max(axis=0) + _THICKEST
    z, y, x = (each.ravel() for each in box.offsets)
    part = tuple(slice(*np.searchsorted(each, (a, b))) for each, a, b in zip((z, y, x), low, high, strict=True))
    in_z, in_y, in_x = np.ix_(z[part[0]], y[part[1]], x[part[2]])
    return part, (in_z, in_y, in_x)
