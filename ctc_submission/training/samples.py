"""Training samples: the annotated slices of a sequence, pseudocoloured, tiled and resized as the network sees them."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import FrameFile, find_frames, read_frame
from ctc_submission.network.weights import Task
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slice, region_of_interest
from ctc_submission.preprocessing.tiling import tile_in_six
from ctc_submission.training.targets import centre_target, foreground_target

_REFERENCE = re.compile(r"man_seg_?(\d{3,4})(?:_(\d{3}))?\.tif")


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

    def __post_init__(self) -> None:
        if self.tiles not in (1, 6):
            raise ValueError(f"tiles is {self.tiles}, expected 1 or 6")
        if self.empty_every < 1:
            raise ValueError(f"empty_every is {self.empty_every}, expected 1 or more")


@dataclass(frozen=True)
class Sample:
    """One image and what to predict from it, 8 bit each to hold many."""

    image: np.ndarray
    """(S, S, 3) uint8, pseudocoloured."""
    target: np.ndarray
    """(S, S) uint8, 0 or 1."""


def load_samples(dataset_folder: Path, sequence: str, parameters: SampleParameters) -> list[Sample]:
    """Make a sample, or six, of every annotated slice of a sequence.

    Parameters
    ----------
    dataset_folder : Path
        Folder with ``01`` and ``01_GT/SEG`` in the challenge's layout.
    sequence : str
        Such as ``01``.
    parameters : SampleParameters
        How to make them.

    Returns
    -------
    list of Sample

    Raises
    ------
    FileNotFoundError
        If frames or references are missing, or a reference has no frame.
    ValueError
        If a reference does not fit its frame.
    """
    frames = {frame.number: frame for frame in find_frames(dataset_folder / sequence)}
    references = _find_references(dataset_folder / f"{sequence}_GT" / "SEG")
    samples: list[Sample] = []
    for number, files in tqdm(references.items(), desc=f"{dataset_folder.name}/{sequence}: samples", unit="frame"):
        if number not in frames:
            raise FileNotFoundError(
                f"{files[0][0]}: there is no frame t{number:03d}.tif for it in {dataset_folder / sequence}"
            )
        samples += _samples_of_frame(frames[number], files, parameters)
    return drop_empty(samples, parameters.empty_every)


def drop_empty(samples: Iterable[Sample], every: int) -> list[Sample]:
    """Keep the samples that show a cell, and every so-many-th of the others."""
    empty = itertools.count()
    return [sample for sample in samples if sample.target.any() or next(empty) % every == 0]


def _find_references(folder: Path) -> dict[int, list[tuple[Path, int | None]]]:
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder}: no such folder; expected references man_seg000.tif or man_seg_000_000.tif in it"
        )
    references: dict[int, list[tuple[Path, int | None]]] = {}
    for path in sorted(folder.iterdir()):
        if match := _REFERENCE.fullmatch(path.name):
            z = int(match[2]) if match[2] else None
            references.setdefault(int(match[1]), []).append((path, z))
    if not references:
        raise FileNotFoundError(f"{folder}: holds no references, expected man_seg000.tif or man_seg_000_000.tif")
    return references


def _samples_of_frame(
    frame: FrameFile, references: list[tuple[Path, int | None]], parameters: SampleParameters
) -> Iterator[Sample]:
    stack = read_frame(frame.path)
    regions: dict[int, np.ndarray | None] = {-1: None, len(stack): None}
    for path, z in references:
        labels = read_frame(path)
        expected = stack.shape if z is None else (1, *stack.shape[1:])
        if z is not None and z >= len(stack):
            raise ValueError(f"{path}: is of slice {z}, expected 0 to {len(stack) - 1}, the slices of {frame.path}")
        if labels.shape != expected:
            raise ValueError(f"{path}: is {labels.shape} (z, y, x), expected {expected} as in {frame.path}")
        for place in range(len(stack)) if z is None else [z]:
            for neighbour in (place - 1, place + 1):
                if neighbour not in regions:
                    regions[neighbour] = region_of_interest(stack[neighbour], parameters.pseudocolor.adjacent_mean)
            image = pseudocolor_slice(
                stack[place], regions[place - 1], regions[place + 1], parameters.pseudocolor.normalization
            )
            yield from _samples_of_slice(image, labels[place if z is None else 0], parameters)


def _samples_of_slice(image: np.ndarray, labels: np.ndarray, parameters: SampleParameters) -> Iterator[Sample]:
    images, truths = [image], [labels]
    if parameters.tiles == 6:
        tiling = tile_in_six(image.shape[:2])
        images, truths = tiling.split(image), tiling.split(labels)
    size = (parameters.input_size, parameters.input_size)
    for patch, truth in zip(images, truths, strict=True):
        small = cv2.resize(patch, size, interpolation=cv2.INTER_LINEAR)
        small_truth = _resize_labels(truth, parameters.input_size)
        target = (
            foreground_target(small_truth)
            if parameters.task == "segmentation"
            else centre_target(small_truth, parameters.centre_radius)
        )
        yield Sample(np.rint(small * 255).astype(np.uint8), target.astype(np.uint8))


def _resize_labels(labels: np.ndarray, size: int) -> np.ndarray:
    rows, columns = (((np.arange(size) + 0.5) * (length / size)).astype(int) for length in labels.shape)
    return labels[np.ix_(rows, columns)]
