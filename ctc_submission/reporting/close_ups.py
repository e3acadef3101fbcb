"""Cells seen closely: frames with chosen cells are read once more, one at a time."""

import shlex
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import FrameFile, read_frame
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.pictures.cell_crop import Crop, draw_crop
from ctc_submission.pictures.encoding import encode_webp
from ctc_submission.reporting.source import ReportSource
from ctc_submission.reporting.survey import annotation_of, read_mask

_AROUND = 12
_QUALITY = 65


@dataclass(frozen=True)
class Spot:
    """Where to look."""

    frame: int
    """Number of the frame."""
    label: int
    """Label in the mask; 0 where no cell was found."""
    low: tuple[int, int, int]
    """First z, y, x."""
    high: tuple[int, int, int]
    """z, y, x after the last."""


@dataclass(frozen=True)
class CloseUp:
    """What is to be seen there, as WebP files."""

    xy: bytes
    """XY slice."""
    xz: bytes | None
    """XZ slice; None of single slices."""
    yz: bytes | None
    """YZ slice; None of single slices."""
    position: tuple[int, int, int]
    """z, y, x of the slices."""


def spot_around(frame: int, center: tuple[float, float, float], voxels: float) -> Spot:
    """Make a spot around a center that belongs to no cell, wide enough for so many voxels (or pixels)."""
    half = max(_AROUND, round(float(np.sqrt(voxels))))
    z, y, x = map(round, center)
    return Spot(frame, 0, (z, max(0, y - half), max(0, x - half)), (z + 1, y + half + 1, x + half + 1))


def draw_close_ups(
    source: ReportSource,
    spots: Sequence[Spot],
    spacing: Spacing,
    axes: str | None = None,
    show_progress: bool = False,
    side: int = 176,
) -> list[CloseUp]:
    """Draw spots of a sequence, in the order given, holding one frame at a time."""
    by_frame: dict[int, list[int]] = defaultdict(list)
    for index, spot in enumerate(spots):
        by_frame[spot.frame].append(index)
    frames = [frame for frame in source.frames if frame.number in by_frame]
    drawn: dict[int, CloseUp] = {}
    for frame in tqdm(frames, desc="close-ups", unit="frame", disable=None if show_progress else True):
        wanted = by_frame[frame.number]
        pictures = _draw_frame(source, frame, [spots[index] for index in wanted], spacing, axes, side)
        drawn.update(zip(wanted, pictures, strict=True))
    return [drawn[index] for index in range(len(spots))]


def _draw_frame(
    source: ReportSource, frame: FrameFile, spots: Sequence[Spot], spacing: Spacing, axes: str | None, side: int
) -> list[CloseUp]:
    """Draw spots of a frame, whose arrays are released before the next is read."""
    stack = read_frame(frame.path, axes=axes)
    labels, _ = read_mask(source.mask(frame), stack.shape)
    reference = annotation_of(source, frame, stack.shape)
    boxes = [(np.minimum(spot.low, np.array(stack.shape) - 1), np.minimum(spot.high, stack.shape)) for spot in spots]
    return [
        _encode(draw_crop(stack, labels, spot.label, box, spacing, reference=reference, side=side))
        for spot, box in zip(spots, boxes, strict=True)
    ]


def view_command(source: ReportSource, frame: int, position: Sequence[int]) -> str:
    """Word the command that opens napari there."""
    at = ",".join(map(str, position))
    return shlex.join(["ctc-submission", "view", *source.words, "--frame", str(frame), "--at", at])


def _encode(crop: Crop) -> CloseUp:
    sides = (None if picture is None else encode_webp(picture, _QUALITY) for picture in (crop.xz, crop.yz))
    xz, yz = sides
    return CloseUp(encode_webp(crop.xy, _QUALITY), xz, yz, crop.position)
