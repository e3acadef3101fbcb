"""Training samples of a sequence: its annotated slices as the network will see them."""

import itertools
import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import find_frames, read_frame, read_frame_info
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.voxel_size import resolve_voxel_size
from ctc_submission.preprocessing.inputs import are_close
from ctc_submission.preprocessing.pseudocolor import pseudocolor_slices
from ctc_submission.segmentation.diameter import section_diameters
from ctc_submission.training.data.annotations import (
    Annotation,
    SliceTruth,
    Truth,
    find_annotations,
    read_annotation,
    read_truth,
)
from ctc_submission.training.data.patches import make_samples
from ctc_submission.training.data.sample import Sample, SampleParameters
from ctc_submission.training.data.scale import choose_scales
from ctc_submission.training.data.shared_labels import share_labels
from ctc_submission.training.data.unannotated import mark_unannotated

__all__ = [
    "AnnotatedFrame",
    "Sample",
    "SampleParameters",
    "drop_empty",
    "find_annotated",
    "find_spacing",
    "load_samples",
    "measure_diameters",
]

_LOG = logging.getLogger(__name__)
_LOOKED_AT = 5
"""References of a sequence in which shared labels are looked for."""


@dataclass(frozen=True)
class AnnotatedFrame:
    """A frame and the truth about it."""

    path: Path
    """The frame's file."""
    annotations: list[Annotation]
    """Its truth."""
    split: bool = False
    """Whether each connected component of it is a cell, whatever its label."""

    def read_truth(self) -> dict[int, SliceTruth]:
        """Read what is known of it, slice by slice."""
        return read_truth(self.annotations, read_frame_info(self.path).shape, self.path, split=self.split)


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
    found = find_annotated(dataset_folder, sequence, parameters.truth, frames)
    name = f"{dataset_folder.name}/{sequence}"
    scales = _measure_scales(found, parameters.diameter, name)
    if parameters.three_view:
        _warn_of_unknown_spacing(found, name)
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


def find_annotated(
    dataset_folder: Path, sequence: str, truth: Truth, wanted: Collection[int] | None
) -> dict[int, AnnotatedFrame]:
    """Find the annotated frames of a sequence; where several cells share a label, connected components are cells.

    Parameters
    ----------
    dataset_folder, sequence
        As in `load_samples`.
    truth : {'GT', 'ST', 'GT+ST'}
        Which references to take.
    wanted : collection of int, optional
        Numbers of the frames to take; all that are annotated if not given.

    Raises
    ------
    FileNotFoundError
        If frames or references are missing, or a reference has no frame.
    """
    paths = {frame.number: frame.path for frame in find_frames(dataset_folder / sequence)}
    found: dict[int, AnnotatedFrame] = {}
    for number, annotations in find_annotations(dataset_folder, sequence, truth).items():
        if number not in paths:
            raise FileNotFoundError(
                f"{annotations[0].path}: there is no frame t{number:03d}.tif for it in {dataset_folder / sequence}"
            )
        if wanted is None or number in wanted:
            found[number] = AnnotatedFrame(paths[number], annotations)
    return _split_shared_labels(found, f"{dataset_folder.name}/{sequence}")


def _split_shared_labels(frames: dict[int, AnnotatedFrame], name: str) -> dict[int, AnnotatedFrame]:
    """Look at a few frames, and where most of them give several cells one label, take connected components instead."""
    numbers = list(frames)[:: max(1, len(frames) // _LOOKED_AT)]
    looked_at = [frames[number].annotations[0].path for number in numbers]
    sharing = [frames[number].annotations[0].path for number in numbers if _shares_labels(frames[number])]
    if not sharing or 2 * len(sharing) < len(looked_at):
        return frames
    _LOG.warning(
        "%s: %s gives several cells one label, and so do %d of the %d references looked at: every connected component "
        "is taken for a cell, so cells that touch count as one; give each cell a label of its own where they do",
        name,
        sharing[0],
        len(sharing),
        len(looked_at),
    )
    return {number: replace(frame, split=True) for number, frame in frames.items()}


def _shares_labels(frame: AnnotatedFrame) -> bool:
    return share_labels(read_annotation(frame.annotations[0], read_frame_info(frame.path).shape, frame.path))


def _measure_scales(frames: dict[int, AnnotatedFrame], diameter: float | None, name: str) -> dict[int, float | None]:
    """Choose the magnification of every frame; None where its slices are resized to the sample."""
    if diameter is None:
        return dict.fromkeys(frames)
    measured = {}
    for number, frame in tqdm(frames.items(), desc=f"{name}: cells' size", unit="frame"):
        measured[number] = measure_diameters(frame.read_truth().values())
    if not any(diameters.size for diameters in measured.values()):
        raise ValueError(f"{name}: none of the {len(frames)} annotated frames has a cell")
    return dict(choose_scales(measured, diameter))


def measure_diameters(truth: Collection[SliceTruth]) -> np.ndarray:
    """Measure the cells of a frame: (N,) float64, diameters in pixels of discs as large as their sections.

    Of a whole frame these are the largest sections; labels of slices annotated one by one have nothing to do with one
    another, so each of their sections counts.
    """
    whole = section_diameters(section.labels for section in truth if not section.single)
    return np.concatenate([whole, *(section_diameters([section.labels]) for section in truth if section.single)])


def _warn_of_unknown_spacing(frames: dict[int, AnnotatedFrame], name: str) -> None:
    """Name the first stack that is annotated as a whole and cannot be cut from the side for want of a voxel size."""
    whole = [frame.path for frame in frames.values() if frame.annotations[0].z is None]
    unknown = [path for path in whole if read_frame_info(path).ndim == 3 and not find_spacing(path)]
    if unknown:
        _LOG.warning(
            "%s: %d of %d frames are not cut from the side: %s states no voxel size, and none is known of a dataset "
            "'%s'; save the frames with their voxel size, or name the folder as the challenge does",
            name,
            len(unknown),
            len(frames),
            unknown[0].name,
            _dataset_name(unknown[0]),
        )


def find_spacing(frame: Path) -> Spacing | None:
    """Find the voxel size (z, y, x) in micrometers; None where it would have to be assumed."""
    size = resolve_voxel_size([read_frame_info(frame)])
    return size.spacing if size.is_known else None


def _dataset_name(frame: Path) -> str:
    return frame.parents[1].resolve().name


def _samples_of_frame(frame: AnnotatedFrame, scale: float | None, parameters: SampleParameters) -> Iterator[Sample]:
    stack = read_frame(frame.path)
    truth = frame.read_truth()
    depth, height, _ = find_spacing(frame.path) or (np.inf, 1.0, 1.0)
    distance = parameters.pseudocolor.neighbor_step(_own_diameter(scale, parameters), depth / height)
    for z, image in enumerate(pseudocolor_slices(stack, parameters.pseudocolor, step=distance)):
        if z in truth:
            labels = truth[z].labels.astype(np.int32)
            if truth[z].single and parameters.unannotated == "ignore":
                labels = mark_unannotated(stack[z], labels)
            yield from make_samples(image, labels, (scale, scale) if scale else None, parameters)
    whole = len(truth) == len(stack) and not any(section.single for section in truth.values())
    if scale and parameters.three_view and whole:
        yield from _samples_from_side(frame, stack, np.stack([truth[z].labels for z in truth]), scale, parameters)


def _own_diameter(scale: float | None, parameters: SampleParameters) -> float:
    """Return the cell diameter in pixels of the frame; 0 where it plays no part."""
    return parameters.diameter / scale if parameters.diameter and scale else 0.0


def _samples_from_side(
    frame: AnnotatedFrame, stack: np.ndarray, labels: np.ndarray, scale: float, parameters: SampleParameters
) -> Iterator[Sample]:
    """Cut a stack along y and along x, at as many places as it has slices, if these are close and show whole cells."""
    depth, height, _ = find_spacing(frame.path) or (np.inf, 1.0, 1.0)
    own = _own_diameter(scale, parameters)
    if not are_close(depth / height) or len(stack) * depth / height < own:
        return
    distance = parameters.pseudocolor.neighbor_step(own, 1)
    for axis in (1, 2):
        sections = np.moveaxis(labels, axis, 0).astype(np.int32)
        step = max(1, len(sections) // len(stack))
        turned = np.moveaxis(stack, axis, 0)
        for place, image in enumerate(pseudocolor_slices(turned, parameters.pseudocolor, step=distance)):
            if place % step == step // 2:
                yield from make_samples(image, sections[place], (scale * depth / height, scale), parameters)
