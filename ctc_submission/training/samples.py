"""Training samples: the annotated slices of a sequence, pseudocoloured, tiled and resized as the network sees them."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import find_frames, read_frame, read_frame_info
from ctc_submission.network.weights import Task
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.preprocessing.tiling import tile_in_six, tile_with_overlap
from ctc_submission.training.annotations import TRUTHS, Annotation, Truth, find_annotations, read_truth
from ctc_submission.training.scale import choose_scales, section_diameters
from ctc_submission.training.targets import centre_target, foreground_target
from ctc_submission.training.unannotated import mark_unannotated

_CLOSE = 3.0
"""Slices this many pixels apart at most can be looked at from the side."""
_OVERLAP = 6
"""Patches at a known diameter share at least this part of their side with the next: a sixth."""


@dataclass(frozen=True)
class SampleParameters:
    """How slices become samples."""

    task: Task
    """What is to be predicted."""
    tiles: int = 1
    """Square patches a slice is cut into, 1 (the whole slice) or 6."""
    input_size: int = 384
    """Side of the samples in pixels."""
    centre_radius: float = 4.0
    """Radius of the discs that mark centres, in pixels of the sample."""
    empty_every: int = 4
    """Of the samples without a cell only every so-many-th is kept."""
    pseudocolor: PseudocolorParameters = PseudocolorParameters()
    """How slices are coloured."""
    diameter: float | None = None
    """Diameter of the cells in pixels of the sample: slices are magnified to it and cut into overlapping patches.

    Measured is the median over a frame's cells of the disc that equals the cell's largest cross-section, in the truth.
    None: the slice, or each of six patches, is resized to the sample, whatever the size of its cells.
    """
    gap: bool = False
    """Whether touching cells are taught with a gap of two pixels between them."""
    truth: Truth = "GT"
    """Gold truth, silver truth, or gold where there is some and silver elsewhere."""
    cross_sections: bool = False
    """Whether whole annotated frames are also cut along y and x, where their slices are at most three pixels apart."""
    unannotated: Literal["ignore", "background"] = "ignore"
    """What bright regions without a label are in slices annotated by themselves: not taught, or background."""

    def __post_init__(self) -> None:
        if self.tiles not in (1, 6):
            raise ValueError(f"tiles is {self.tiles}, expected 1 or 6")
        if self.empty_every < 1:
            raise ValueError(f"empty_every is {self.empty_every}, expected 1 or more")
        if self.diameter is not None and (self.diameter <= 0 or self.tiles != 1):
            raise ValueError(f"diameter is {self.diameter}, expected a number of pixels above 0, and tiles 1 with it")
        if self.truth not in TRUTHS:
            raise ValueError(f"truth is '{self.truth}', expected one of {', '.join(TRUTHS)}")
        if self.unannotated not in ("ignore", "background"):
            raise ValueError(f"unannotated is '{self.unannotated}', expected 'ignore' or 'background'")


@dataclass(frozen=True)
class Sample:
    """One image and what to predict from it, 8 bit each to hold many."""

    image: np.ndarray
    """(S, S, 3) uint8, pseudocoloured."""
    target: np.ndarray
    """(S, S) uint8, 0 or 1, or `targets.IGNORED` where nothing is known."""


@dataclass(frozen=True)
class _Frame:
    """A frame and the truth about it."""

    path: Path
    """The frame's file."""
    annotations: list[Annotation]
    """Its truth."""


def load_samples(
    dataset_folder: Path, sequence: str, parameters: SampleParameters, frames: Collection[int] | None = None
) -> list[Sample]:
    """Make samples of every annotated slice of a sequence.

    Parameters
    ----------
    dataset_folder : Path
        Folder with ``01`` and ``01_GT/SEG`` in the challenge's layout.
    sequence : str
        Such as ``01``.
    parameters : SampleParameters
        How to make them.
    frames : collection of int, optional
        Numbers of the frames to take; all that are annotated if not given.

    Returns
    -------
    list of Sample

    Raises
    ------
    FileNotFoundError
        If frames or references are missing, or a reference has no frame.
    ValueError
        If a reference does not fit its frame, or no reference marks a cell.
    """
    found = _find_annotated(dataset_folder, sequence, parameters.truth, frames)
    name = f"{dataset_folder.name}/{sequence}"
    scales = _measure_scales(found, parameters.diameter, name)
    samples: list[Sample] = []
    for number, frame in tqdm(found.items(), desc=f"{name}: samples", unit="frame"):
        samples += _samples_of_frame(frame, scales[number], parameters)
    if not any((sample.target == 1).any() for sample in samples):
        raise ValueError(f"{dataset_folder}: none of the {len(found)} annotated frames of {sequence} has a cell")
    return drop_empty(samples, parameters.empty_every)


def drop_empty(samples: Iterable[Sample], every: int) -> list[Sample]:
    """Keep the samples that show a cell, and every so-many-th of the others."""
    empty = itertools.count()
    return [sample for sample in samples if (sample.target == 1).any() or next(empty) % every == 0]


def _find_annotated(
    dataset_folder: Path, sequence: str, truth: Truth, wanted: Collection[int] | None
) -> dict[int, _Frame]:
    paths = {frame.number: frame.path for frame in find_frames(dataset_folder / sequence)}
    found: dict[int, _Frame] = {}
    for number, annotations in find_annotations(dataset_folder, sequence, truth).items():
        if number not in paths:
            raise FileNotFoundError(
                f"{annotations[0].path}: there is no frame t{number:03d}.tif for it in {dataset_folder / sequence}"
            )
        if wanted is None or number in wanted:
            found[number] = _Frame(paths[number], annotations)
    return found


def _measure_scales(frames: dict[int, _Frame], diameter: float | None, name: str) -> dict[int, float | None]:
    """Choose the magnification of every frame; None where its slices are resized to the sample."""
    if diameter is None:
        return dict.fromkeys(frames)
    measured = {}
    for number, frame in tqdm(frames.items(), desc=f"{name}: cells' size", unit="frame"):
        truth = read_truth(frame.annotations, read_frame_info(frame.path).shape, frame.path)
        measured[number] = section_diameters(section.labels for section in truth.values())
    if not any(diameters.size for diameters in measured.values()):
        raise ValueError(f"{name}: none of the {len(frames)} annotated frames has a cell")
    return dict(choose_scales(measured, diameter))


def _samples_of_frame(frame: _Frame, scale: float | None, parameters: SampleParameters) -> Iterator[Sample]:
    stack = read_frame(frame.path)
    truth = read_truth(frame.annotations, stack.shape, frame.path)
    for z, image in enumerate(pseudocolor_slices(stack, parameters.pseudocolor)):
        if z in truth:
            labels = truth[z].labels.astype(np.int32)
            if truth[z].single and parameters.unannotated == "ignore":
                labels = mark_unannotated(stack[z], labels)
            yield from _samples_of_slice(image, labels, (scale, scale) if scale else None, parameters)
    if scale and parameters.cross_sections and len(truth) == len(stack):
        depth, height, _ = read_frame_info(frame.path).spacing or (np.inf, 1.0, 1.0)
        if depth <= _CLOSE * height:
            labels = np.stack([truth[place].labels for place in range(len(stack))]).astype(np.int32)
            yield from _samples_from_side(stack, labels, (scale * depth / height, scale), parameters)


def _samples_from_side(
    stack: np.ndarray, labels: np.ndarray, scale: tuple[float, float], parameters: SampleParameters
) -> Iterator[Sample]:
    """Cut a stack along y and along x, at as many places as it has slices."""
    for axis in (1, 2):
        sections = np.moveaxis(labels, axis, 0)
        step = max(1, len(sections) // len(stack))
        for place, image in enumerate(pseudocolor_slices(np.moveaxis(stack, axis, 0), parameters.pseudocolor)):
            if place % step == step // 2:
                yield from _samples_of_slice(image, sections[place], scale, parameters)


def _samples_of_slice(
    image: np.ndarray, labels: np.ndarray, scale: tuple[float, float] | None, parameters: SampleParameters
) -> Iterator[Sample]:
    if scale is not None:
        shape = [max(1, round(length * factor)) for length, factor in zip(labels.shape, scale, strict=True)]
        image, labels = _resize(image, labels, shape)
    for patch, truth in _patches(image, labels, parameters):
        small, small_truth = _resize(patch, truth, (parameters.input_size, parameters.input_size))
        yield Sample(np.rint(small * 255).astype(np.uint8), _target(small_truth, parameters).astype(np.uint8))


def _patches(
    image: np.ndarray, labels: np.ndarray, parameters: SampleParameters
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    if parameters.diameter is not None:
        tiling = tile_with_overlap(labels.shape, parameters.input_size, parameters.input_size // _OVERLAP)
    elif parameters.tiles == 6:
        tiling = tile_in_six(labels.shape)
    else:
        return [(image, labels)]
    return zip(tiling.split(image), tiling.split(labels), strict=True)


def _resize(image: np.ndarray, labels: np.ndarray, shape: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Resize an image bilinearly, and its labels to the one at the middle of each new pixel."""
    rows, columns = (
        ((np.arange(size) + 0.5) * (length / size)).astype(int)
        for size, length in zip(shape, labels.shape, strict=True)
    )
    return cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), labels[np.ix_(rows, columns)]


def _target(labels: np.ndarray, parameters: SampleParameters) -> np.ndarray:
    if parameters.task == "segmentation":
        return foreground_target(labels, gap=parameters.gap)
    return centre_target(labels, parameters.centre_radius)
