"""Simulated frames in memory: image, labels of all cells, and lineage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ctc_submission.simulation.branched import draw_branched
from ctc_submission.simulation.cell import Cell
from ctc_submission.simulation.filopodial import draw_filopodial
from ctc_submission.simulation.nucleus import draw_nucleus
from ctc_submission.simulation.optics import digitize, expose, make_illumination
from ctc_submission.simulation.patch import Patch, darken_contacts, paint_patches
from ctc_submission.simulation.population import Population, advance, found_population, make_environment
from ctc_submission.simulation.seen import outline_seen
from ctc_submission.simulation.simulation_parameters import Parameters, find_parameters
from ctc_submission.simulation.smooth import Texture, make_texture
from ctc_submission.simulation.specimen import Specimen, make_specimen

_SCENE, _MOTION, _SHAPE, _NOISE = range(4)
_DRAW = {"branched": draw_branched, "nucleus": draw_nucleus, "filopodial": draw_filopodial}


@dataclass(frozen=True)
class SimulatedFrame:
    """A frame with the labels of all its cells."""

    number: int
    """Number of the frame, from 0."""
    image: np.ndarray
    """(Z, Y, X) uint8 or uint16 gray values."""
    labels: np.ndarray
    """(Z, Y, X) int32 instance labels, the same for a cell in all frames; 0 is background."""
    anisotropy: float
    """Size of a voxel in z relative to y and x."""
    parents: Mapping[int, int]
    """Label of every cell in this frame, and the label of the cell that it came from, or 0."""


def simulate_frames(
    dataset: str | Parameters, *, frames: int, seed: int, scale: float = 1.0, sequence: str = "01"
) -> Iterator[SimulatedFrame]:
    """Simulate a sequence, frame by frame; frame k is the same whatever the number of frames.

    Parameters
    ----------
    dataset : str or Parameters
        Name of a dataset that can be simulated, or parameters of your own.
    frames : int
        Number of frames, at least 1.
    seed : int
        Not negative; the same seed and sequence give the same bytes.
    scale : float
        Size of the field of view in y and x relative to the dataset's; cells keep their size in pixels.
    sequence : str
        Digits; sequences differ although their seed is the same, and even ones of A549-SIM have larger frames.

    Yields
    ------
    SimulatedFrame
        Frames 0, 1, ... in order.

    Raises
    ------
    ValueError
        If the dataset cannot be simulated, or a number is out of range.
    """
    check_numbers(frames, seed)
    parameters = find_parameters(dataset, sequence) if isinstance(dataset, str) else dataset
    return _run(parameters.scaled(scale), frames, (seed, int(sequence)))


def check_numbers(frames: int, seed: int) -> None:
    """Raise ValueError if there are no frames to simulate, or the seed is negative."""
    if frames < 1 or seed < 0:
        raise ValueError(
            f"frames is {frames} and seed {seed}: expected at least 1 frame and a seed that is not negative"
        )


def _run(parameters: Parameters, frames: int, key: tuple[int, int]) -> Iterator[SimulatedFrame]:
    window = tuple(
        slice(margin, margin + size) for margin, size in zip(parameters.margin, parameters.shape, strict=True)
    )
    z, y, x = (2 * margin + size for margin, size in zip(parameters.margin, parameters.shape, strict=True))
    parameters = replace(parameters, shape=(z, y, x), margin=(0, 0, 0))
    scene = np.random.default_rng([_SCENE, *key])
    environment = make_environment(scene, parameters)
    illumination = make_illumination(scene, parameters.optics, parameters.shape)
    texture = make_texture(scene, parameters.anisotropy)
    population = found_population(scene, parameters, environment)
    if parameters.optics.specimen:
        specimen = make_specimen(scene, texture)
        illumination = replace(illumination, specimen=specimen)
        population = _keep_inside(population, specimen, parameters)
    for number in range(frames):
        if number:
            motion = np.random.default_rng([_MOTION, *key, number])
            population = advance(population, motion, parameters, environment)
        labels, light = paint_patches(_draw_all(population, parameters, texture, key), parameters.shape)
        light = darken_contacts(labels, light, parameters.cells.cleft)
        if parameters.outlined_as_seen:
            labels = outline_seen(labels, parameters.optics.blur)
        population = _keep_visible(population, labels[window])
        noise = np.random.default_rng([_NOISE, *key, number])
        image = digitize(expose(light, parameters.optics, illumination, noise, number), parameters.bits)
        parents = dict(zip(population.label.tolist(), population.parent.tolist(), strict=True))
        yield SimulatedFrame(number, image[window], labels[window], parameters.anisotropy, parents)


def _keep_inside(population: Population, specimen: Specimen, parameters: Parameters) -> Population:
    """Keep the cells inside the specimen, or the one nearest to it."""
    depth, height, width = parameters.shape
    distance = specimen.distance(population.position / (depth * parameters.anisotropy, height, width))
    return population.keep(distance <= max(1.0, distance.min()))


def _keep_visible(population: Population, labels: np.ndarray) -> Population:
    """Remove cells without a voxel in the frame for good, so that no track has a gap."""
    visible = np.zeros(population.next_label, bool)
    for stack_slice in labels:
        visible[stack_slice] = True
    return population.keep(visible[population.label])


def _draw_all(
    population: Population, parameters: Parameters, texture: Texture, key: tuple[int, int]
) -> Iterator[tuple[int, Patch]]:
    draw = _DRAW[parameters.cells.form]
    for index, label in enumerate(population.label.tolist()):
        cell = Cell(
            center=population.position[index],
            radius=float(population.radius[index]),
            age=int(population.age[index]),
            remaining=int(population.remaining[index]),
            anisotropy=parameters.anisotropy,
        )
        rng = np.random.default_rng([_SHAPE, *key, label])
        yield label, draw(rng, cell, parameters.cells, texture)
