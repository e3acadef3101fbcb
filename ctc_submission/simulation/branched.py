"""Cells that creep through a gel: a body with curved, tapering arms."""

import numpy as np

from ctc_submission.simulation.capsules import Limb, grow_limb, limb_depth
from ctc_submission.simulation.cell import Cell, draw_brightness, textured
from ctc_submission.simulation.patch import Patch, make_box
from ctc_submission.simulation.simulation_parameters import Cells
from ctc_submission.simulation.smooth import Texture

_SLAB = 0.8
_SMALLEST_SECTION = 80
_ARM_SHARES = (0.2, 0.25, 0.38, 0.13, 0.04)


def draw_branched(rng: np.random.Generator, cell: Cell, cells: Cells, texture: Texture) -> Patch:
    """Draw a cell with up to four arms that stretch and shrink with age; it rounds up when it divides.

    The shares of arms, their lengths and the smallest cross-section are set so that slices through simulated cells have
    the sizes and shapes of Fluo-C3DL-MDA231's reference slices.

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
    limbs = _draw_limbs(rng, cell)
    extent = np.abs(np.concatenate([limb.points for limb in limbs])).max(axis=0)
    box = make_box(cell.center, extent + 1.2 * cell.radius + 2, cell.anisotropy)
    grain = texture.crop(rng.integers(0, 192, 3), box.shape)
    slab = _SLAB * cell.anisotropy
    smooth_depth = np.maximum.reduce([limb_depth(box.offsets, limb, slab) for limb in limbs])
    depth = _drop_slivers(smooth_depth + cells.roughness * grain)
    thickness = np.clip(depth / (0.6 * cell.radius), 0, 1)
    light = draw_brightness(rng, cell, cells) * (0.6 + 0.4 * thickness)
    return textured(box, depth, light, cells.texture * grain)


def _draw_limbs(rng: np.random.Generator, cell: Cell) -> list[Limb]:
    """Body first, then arms to either side of it, around the origin."""
    turn = rng.uniform(0, 2 * np.pi) + 0.4 * np.sin(rng.uniform(0, 7) + 0.2 * cell.age)
    axis = np.array([rng.normal(0, 0.2), np.sin(turn), np.cos(turn)])
    slimness = rng.uniform(0.0, 1.0) * (not cell.dividing)
    half = axis * cell.size * 1.3 * slimness
    girth = cell.size * (1.12 - 0.38 * slimness)
    body = Limb(np.stack([-half, half]), (girth, girth * rng.uniform(0.75, 1.0)))
    count = rng.choice(len(_ARM_SHARES), p=_ARM_SHARES) * (not cell.dividing)
    sides = [1 if arm % 2 == 0 else -1 for arm in range(count)]
    return [body, *[_draw_arm(rng, side * half, side * axis, girth, cell.age) for side in sides]]


def _draw_arm(rng: np.random.Generator, start: np.ndarray, axis: np.ndarray, girth: float, age: int) -> Limb:
    direction = axis + rng.normal(0, 0.45, 3) * (0.4, 1, 1)
    stretch = 0.65 + 0.35 * np.sin(rng.uniform(0, 7) + rng.uniform(0.2, 0.6) * age)
    length = rng.gamma(2.2, 13.0) * stretch + 0.8 * girth
    points = grow_limb(rng, start, direction, length, 0.25)
    return Limb(points, (0.7 * girth, rng.uniform(1.6, 2.6)))


def _drop_slivers(depth: np.ndarray) -> np.ndarray:
    """Remove slices in which too little of the cell is left to be seen."""
    area = np.count_nonzero(depth > 0, axis=(1, 2))
    return np.where((area < _SMALLEST_SECTION)[:, None, None], np.float32(-1), depth)
