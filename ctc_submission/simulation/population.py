"""Cells as points that move, push each other away and divide."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from ctc_submission.simulation.simulation_parameters import Parameters
from ctc_submission.simulation.smooth import Waves, make_waves

_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Population:
    """The cells of one frame, each an entry of every array. Lengths in pixels of y and x, in z too."""

    label: np.ndarray
    """(N,) int labels, unique over the whole sequence."""
    parent: np.ndarray
    """(N,) int labels of the cells that these came from, 0 for none."""
    position: np.ndarray
    """(N, 3) float centers (z, y, x)."""
    velocity: np.ndarray
    """(N, 3) float displacement per frame."""
    radius: np.ndarray
    """(N,) float radii of the full-grown cells."""
    age: np.ndarray
    """(N,) int frames since birth."""
    remaining: np.ndarray
    """(N,) int frames until division."""
    next_label: int
    """The label of the next cell to be born."""

    def keep(self, chosen: np.ndarray) -> "Population":
        """Only the cells for which the (N,) boolean array `chosen` is true."""
        names = ("label", "parent", "position", "velocity", "radius", "age", "remaining")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


@dataclass(frozen=True)
class Environment:
    """What guides the cells of a sequence: the depth of their layer and the flow that carries them."""

    relief: Waves
    """Height of the layer, about -1 to 1."""
    flow_y: Waves
    """Flow along y, about -1 to 1."""
    flow_x: Waves
    """Flow along x, about -1 to 1."""


def make_environment(rng: np.random.Generator, parameters: Parameters) -> Environment:
    """Draw an environment with waves of about the length of the dataset's clusters."""
    wavelength = 20 * parameters.cells.cluster_radius**0.5 + 10 * parameters.cells.radius[1]
    return Environment(make_waves(rng, 2 * wavelength), make_waves(rng, wavelength), make_waves(rng, wavelength))


def found_population(rng: np.random.Generator, parameters: Parameters, environment: Environment) -> Population:
    """Place the first frame's cells."""
    cells = parameters.cells
    count = _cell_count(parameters)
    radius = _draw_radii(rng, cells.radius, count)
    position = _draw_positions(rng, parameters, environment, count)
    rounds = 60 if cells.packed else 25
    position = _push_apart(position, radius, rounds if count > 1 else 0, _ease(parameters))
    population = Population(
        label=np.arange(1, count + 1),
        parent=np.zeros(count, int),
        position=position,
        velocity=rng.normal(0, cells.speed, (count, 3)),
        radius=radius,
        age=rng.integers(0, 50, count),
        remaining=_draw_division_times(rng, cells.division_rate, count),
        next_label=count + 1,
    )
    return replace(population, position=_clip(position, parameters))


def advance(
    population: Population, rng: np.random.Generator, parameters: Parameters, environment: Environment
) -> Population:
    """Move every cell by one frame; cells that are due to divide are replaced by two daughters."""
    moved = _move(population, rng, parameters, environment)
    dividing = moved.remaining <= 0
    if not dividing.any():
        return moved
    return _join(moved.keep(~dividing), _divide(moved.keep(dividing), rng, parameters))


def _cell_count(parameters: Parameters) -> int:
    _, y, x = parameters.shape
    spacing = parameters.cells.spacing
    return max(round(y * x / spacing**2), 1) if spacing else 1


def _draw_radii(rng: np.random.Generator, limits: tuple[float, float], count: int) -> np.ndarray:
    low, high = limits
    return low + (high - low) * rng.beta(1.7, 2.3, count)


def _draw_positions(
    rng: np.random.Generator, parameters: Parameters, environment: Environment, count: int
) -> np.ndarray:
    depth, height, width = parameters.shape
    cells = parameters.cells
    if not cells.spacing:
        middle = np.array([(depth - 1) * parameters.anisotropy, height - 1, width - 1]) / 2
        return middle[None] + rng.normal(0, 2, (1, 3))
    if cells.packed:
        return rng.uniform(0, ((depth - 1) * parameters.anisotropy, height - 1, width - 1), (count, 3))
    plane = rng.uniform((0, 0), (height, width), (count, 2))
    home = plane[rng.integers(0, max(count // 8, 1), count)] + rng.normal(0, cells.cluster_radius, (count, 2))
    clustered = (rng.random(count) < cells.clustering) & np.all((home > 0) & (home < (height, width)), axis=1)
    plane = np.where(clustered[:, None], home, plane)
    mean, waviness, spread = cells.layer
    relief = environment.relief.at(plane[:, 0], plane[:, 1])
    z = (mean + waviness * relief + spread * rng.standard_normal(count)) * (depth - 1) * parameters.anisotropy
    return np.column_stack([z, plane])


def _draw_division_times(rng: np.random.Generator, rate: float, count: int) -> np.ndarray:
    return rng.geometric(rate, count) if rate else np.full(count, _NEVER)


def _ease(parameters: Parameters) -> tuple[float, float, float]:
    """Return how easily cells are pushed along (z, y, x)."""
    return (1.0, 1.0, 1.0) if parameters.cells.packed else (0.3, 1.0, 1.0)


def _push_apart(position: np.ndarray, radius: np.ndarray, rounds: int, ease: tuple[float, float, float]) -> np.ndarray:
    """Move centers that are nearer than 0.95 of the sum of their radii away from each other."""
    for _ in range(rounds):
        pairs = cKDTree(position).query_pairs(2 * radius.max(), output_type="ndarray")
        first, second = pairs[:, 0], pairs[:, 1]
        apart = position[first] - position[second]
        distance = np.maximum(np.linalg.norm(apart, axis=1), 1e-3)
        excess = np.maximum(0.95 * (radius[first] + radius[second]) - distance, 0)
        push = apart * (0.4 * excess / distance)[:, None] * ease
        moves = np.zeros_like(position)
        np.add.at(moves, first, push)
        np.add.at(moves, second, -push)
        position = position + moves
    return position


def _clip(position: np.ndarray, parameters: Parameters) -> np.ndarray:
    depth, height, width = parameters.shape
    return np.clip(position, 0, ((depth - 1) * parameters.anisotropy, height - 1, width - 1))


def _move(
    population: Population, rng: np.random.Generator, parameters: Parameters, environment: Environment
) -> Population:
    y, x = population.position[:, 1], population.position[:, 2]
    flow = np.stack([np.zeros(len(y)), environment.flow_y.at(y, x), environment.flow_x.at(y, x)], axis=1)
    kick = rng.normal(0, parameters.cells.speed, population.position.shape) * (0.3, 1, 1)
    velocity = 0.6 * population.velocity + 0.4 * kick + 0.3 * parameters.cells.speed * flow
    if not parameters.cells.spacing:
        velocity = 0.3 * kick
    rounds = 2 if len(y) > 1 else 0
    position = _push_apart(population.position + velocity, population.radius, rounds, _ease(parameters))
    return replace(
        population,
        position=_clip(position, parameters),
        velocity=velocity,
        age=population.age + 1,
        remaining=population.remaining - 1,
    )


def _divide(mothers: Population, rng: np.random.Generator, parameters: Parameters) -> Population:
    count = 2 * len(mothers.label)
    angle = rng.uniform(0, 2 * np.pi, len(mothers.label))
    axis = np.column_stack([0 * angle, np.sin(angle), np.cos(angle)]) * 0.55 * mothers.radius[:, None]
    position = np.concatenate([mothers.position + axis, mothers.position - axis])
    return Population(
        label=mothers.next_label + np.arange(count),
        parent=np.tile(mothers.label, 2),
        position=_clip(position, parameters),
        velocity=np.tile(mothers.velocity, (2, 1)),
        radius=np.clip(np.tile(mothers.radius, 2) * rng.uniform(0.85, 1.1, count), *parameters.cells.radius),
        age=np.zeros(count, int),
        remaining=6 + _draw_division_times(rng, parameters.cells.division_rate, count),
        next_label=mothers.next_label + count,
    )


def _join(first: Population, second: Population) -> Population:
    names = ("label", "parent", "position", "velocity", "radius", "age", "remaining")
    joined = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names}
    return Population(**joined, next_label=second.next_label)
