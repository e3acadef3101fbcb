"""Annotated frames in memory, to draw crops from: intensities on one scale, labels, how far apart slices are.

A frame is annotated as a whole, or in some of its slices; the others are neighbors of these and teach nothing.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import read_frame
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.preprocessing.colorings.intensity import color_intensities
from ctc_submission.training.data.annotations import Annotation, SliceTruth
from ctc_submission.training.data.sample import SampleParameters
from ctc_submission.training.data.samples import AnnotatedFrame, find_annotated, find_spacing, measure_cells
from ctc_submission.training.data.sources import Source
from ctc_submission.training.data.targets import UNKNOWN
from ctc_submission.training.data.unannotated import mark_unannotated

_LOG = logging.getLogger(__name__)
_LARGEST_DIAMETER = 48.0
"""Frames of wider cells are shrunk to this width when they are read: crops show cells no wider."""


@dataclass(frozen=True)
class Volume:
    """An annotated frame."""

    source: int
    """Which of the sources it comes from."""
    image: np.ndarray
    """(Z, Y, X) uint8: square roots of the intensities on one scale for the frame, as `color_intensities` puts them."""
    labels: np.ndarray
    """(Z, Y, X), instance labels, 0 is background: uint16; of frames annotated slice by slice int16, each by itself,
    and `targets.UNKNOWN` where nothing is known."""
    diameter: float
    """Median width in pixels of y and x of its cells' largest sections; of all sections where slices are annotated."""
    depth: float | None
    """Distance of two slices in pixels of y and x; None for single slices, and where it is not known."""
    cells: np.ndarray
    """(N, 3) int32: voxels in cells, to center crops on."""
    slices: tuple[int, ...] | None = None
    """Positions z of the slices that are annotated one by one; None where the whole frame is."""


def load_volumes(
    sources: Sequence[Source], parameters: SampleParameters | None = None, spacing: Spacing | None = None
) -> list[Volume]:
    """Read the annotated frames of sources: as a whole where one file annotates them so, else their annotated slices.

    Parameters
    ----------
    sources : sequence of Source
        Where to take them from.
    parameters : SampleParameters, optional
        Which references to take, and what bright regions without a label are in slices annotated one by one.
    spacing : tuple of float, optional
        Voxel size (z, y, x) of all frames; what the files or the challenge say if not given.

    Returns
    -------
    list of Volume
        Source after source; frames without a cell are left out.

    Raises
    ------
    FileNotFoundError
        If frames or references are missing.
    ValueError
        If a reference does not fit its frame, or no annotated frame of a source has a cell.
    """
    chosen = parameters or SampleParameters()
    volumes: list[Volume] = []
    for index, source in enumerate(sources):
        name = f"{source.folder.name}/{source.sequence}"
        found = [
            volume
            for frame in tqdm(_annotated_frames(source, chosen), desc=f"{name}: frames", unit="frame")
            if (volume := _read_volume(index, frame, chosen, spacing)) is not None
        ]
        if not found:
            raise ValueError(
                f"{name}: no annotated frame has a cell, expected labels above 0 in man_seg000.tif or "
                "man_seg_000_000.tif, ..."
            )
        volumes += found
    return volumes


def fingerprint_volumes(volumes: Iterable[Volume]) -> str:
    """Return what tells volumes from others: a hash of all their pixels."""
    content = hashlib.sha256()
    for volume in volumes:
        content.update(volume.image.tobytes() + volume.labels.tobytes())
    return content.hexdigest()[:16]


def _annotated_frames(source: Source, parameters: SampleParameters) -> list[AnnotatedFrame]:
    """Find the frames that a single file annotates as a whole, and those of which only slices are annotated."""
    frames = find_annotated(source.folder, source.sequence, parameters.truth, source.frames).values()
    chosen = [replace(frame, annotations=_whole_or_slices(frame, source)) for frame in frames]
    return [frame for frame in chosen if frame.annotations]


def _whole_or_slices(frame: AnnotatedFrame, source: Source) -> list[Annotation]:
    whole = [one for one in frame.annotations if one.z is None]
    return whole[:1] or [one for one in frame.annotations if source.takes(one.z)]


def _read_volume(
    source: int, frame: AnnotatedFrame, parameters: SampleParameters, spacing: Spacing | None
) -> Volume | None:
    stack, truth = read_frame(frame.path), frame.read_truth()
    single = frame.annotations[0].z is not None
    labels = _label_slices(stack, truth, parameters) if single else _label_whole(truth)
    if not (labels > 0).any():
        return None
    image = np.stack([np.rint(255 * colored[..., 1]) for colored in color_intensities(stack)]).astype(np.uint8)
    diameter = float(np.median(measure_cells(truth.values())))
    spacing = (spacing or find_spacing(frame.path)) if len(stack) > 1 else None
    depth = spacing[0] / spacing[1] if spacing else None
    shrink = min(1.0, _LARGEST_DIAMETER / diameter)
    if shrink < 1:
        image, labels = _shrink(image, cv2.INTER_AREA, shrink), _shrink(labels, cv2.INTER_NEAREST, shrink)
        diameter, depth = diameter * shrink, depth * shrink if depth else None
    voxels = np.argwhere(labels > 0)
    step = max(1, len(voxels) // 4096)
    slices = tuple(truth) if single else None
    return Volume(source, image, labels, diameter, depth, voxels[::step].astype(np.int32), slices)


def _label_whole(truth: Mapping[int, SliceTruth]) -> np.ndarray:
    return np.stack([section.labels for section in truth.values()]).astype(np.uint16)


def _label_slices(stack: np.ndarray, truth: Mapping[int, SliceTruth], parameters: SampleParameters) -> np.ndarray:
    """Put annotated slices to their positions; nothing is known of the others."""
    labels = np.full(stack.shape, UNKNOWN, np.int16)
    for z, section in truth.items():
        found = np.unique(section.labels[section.labels > 0])
        ranks = np.where(section.labels > 0, np.searchsorted(found, section.labels) + 1, 0)
        labels[z] = mark_unannotated(stack[z], ranks) if parameters.unannotated == "ignore" else ranks
    return labels


def _shrink(stack: np.ndarray, interpolation: int, factor: float) -> np.ndarray:
    height, width = (max(1, round(length * factor)) for length in stack.shape[1:])
    return np.stack([cv2.resize(section, (width, height), interpolation=interpolation) for section in stack])
