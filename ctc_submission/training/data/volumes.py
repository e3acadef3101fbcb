"""Whole annotated frames in memory, to draw crops from: intensities on one scale, labels, how far apart slices are."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import read_frame
from ctc_submission.preprocessing.pseudocolor import color_intensities
from ctc_submission.segmentation.diameter import section_diameters
from ctc_submission.training.data.annotations import Truth
from ctc_submission.training.data.samples import AnnotatedFrame, find_annotated, find_spacing
from ctc_submission.training.data.sources import Source

_LOG = logging.getLogger(__name__)
_LARGEST_DIAMETER = 48.0
"""Frames of wider cells are shrunk to this width when they are read: crops show cells no wider."""


@dataclass(frozen=True)
class Volume:
    """A whole annotated frame."""

    source: int
    """Which of the sources it comes from."""
    image: np.ndarray
    """(Z, Y, X) uint8: square roots of the intensities on one scale for the frame, as `color_intensities` puts them."""
    labels: np.ndarray
    """(Z, Y, X) uint16, instance labels, 0 is background."""
    diameter: float
    """Median width in pixels of y and x of its cells' largest sections."""
    depth: float | None
    """Distance of two slices in pixels of y and x; None for single slices, and where it is not known."""
    cells: np.ndarray
    """(N, 3) int32: voxels in cells, to center crops on."""


def load_volumes(sources: Sequence[Source], truth: Truth = "GT") -> list[Volume]:
    """Read the frames of sources that are annotated as a whole.

    Parameters
    ----------
    sources : sequence of Source
        Where to take them from.
    truth : {'GT', 'ST', 'GT+ST'}
        Which references to take.

    Returns
    -------
    list of Volume
        Source after source; frames without a cell are left out.

    Raises
    ------
    FileNotFoundError
        If frames or references are missing.
    ValueError
        If a reference does not fit its frame, or no frame of a source is annotated as a whole and has a cell.
    """
    volumes: list[Volume] = []
    for index, source in enumerate(sources):
        name = f"{source.folder.name}/{source.sequence}"
        found = [
            volume
            for frame in tqdm(_annotated_frames(source, truth), desc=f"{name}: frames", unit="frame")
            if (volume := _read_volume(index, frame)) is not None
        ]
        if not found:
            raise ValueError(f"{name}: no frame is annotated as a whole and has a cell, expected man_seg000.tif, ...")
        volumes += found
    return volumes


def fingerprint_volumes(volumes: Iterable[Volume]) -> str:
    """Return what tells volumes from others: a hash of all their pixels."""
    content = hashlib.sha256()
    for volume in volumes:
        content.update(volume.image.tobytes() + volume.labels.tobytes())
    return content.hexdigest()[:16]


def _annotated_frames(source: Source, truth: Truth) -> list[AnnotatedFrame]:
    """Find the frames that a single file annotates as a whole."""
    frames = find_annotated(source.folder, source.sequence, truth, source.frames).values()
    whole = [(frame, [one for one in frame.annotations if one.z is None]) for frame in frames]
    return [replace(frame, annotations=annotations[:1]) for frame, annotations in whole if annotations]


def _read_volume(source: int, frame: AnnotatedFrame) -> Volume | None:
    stack, truth = read_frame(frame.path), frame.read_truth()
    labels = np.stack([truth[z].labels for z in range(len(stack))]).astype(np.uint16)
    if not labels.any():
        return None
    image = np.stack([np.rint(255 * colored[..., 1]) for colored in color_intensities(stack)]).astype(np.uint8)
    diameter = float(np.median(section_diameters(labels)))
    spacing = find_spacing(frame.path) if len(stack) > 1 else None
    depth = spacing[0] / spacing[1] if spacing else None
    shrink = min(1.0, _LARGEST_DIAMETER / diameter)
    if shrink < 1:
        image, labels = _shrink(image, cv2.INTER_AREA, shrink), _shrink(labels, cv2.INTER_NEAREST, shrink)
        diameter, depth = diameter * shrink, depth * shrink if depth else None
    voxels = np.argwhere(labels)
    step = max(1, len(voxels) // 4096)
    return Volume(source, image, labels, diameter, depth, voxels[::step].astype(np.int32))


def _shrink(stack: np.ndarray, interpolation: int, factor: float) -> np.ndarray:
    height, width = (max(1, round(length * factor)) for length in stack.shape[1:])
    return np.stack([cv2.resize(section, (width, height), interpolation=interpolation) for section in stack])
