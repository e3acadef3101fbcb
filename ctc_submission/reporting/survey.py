"""One pass over a sequence: each frame is read once, measured, and drawn small where it is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ctc_submission.challenge.files import FrameFile, read_frame
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.linking.output import read_labels
from ctc_submission.pictures.cell_crop import draw_crop
from ctc_submission.pictures.encoding import encode_webp
from ctc_submission.pictures.frame_strip import draw_strip
from ctc_submission.pictures.scene_files import read_references
from ctc_submission.pictures.worst import find_worst_slice
from ctc_submission.reporting.cells import CellTable, empty_cells, join_cells, tabulate_cells
from ctc_submission.reporting.source import ReportSource
from ctc_submission.reporting.suspicion import find_suspicions

MOST_STRIPS = 16
"""Frames of which strips are drawn, spread evenly over the sequence."""
MOST_THUMBNAILS = 1600
"""Cells of which a small picture is kept, spread evenly over frames and labels."""
_THUMBNAIL, _QUALITY = 88, 55


@dataclass(frozen=True)
class FrameFacts:
    """What was measured of a frame as a whole."""

    number: int
    """Number of the frame."""
    cells: int
    """Number of cells; 0 without a mask."""
    foreground: float
    """Share of the voxels that belong to cells."""
    inside: float
    """Mean intensity of these voxels; NaN without any."""
    outside: float
    """Mean intensity of the others."""
    problem: str = ""
    """Why the frame could not be measured; empty where it was."""


@dataclass(frozen=True)
class Strip:
    """Pictures of a frame."""

    frame: int
    """Number of the frame."""
    pictures: tuple[tuple[str, bytes], ...]
    """Title and WebP file of each."""
    has_reference: bool
    """Whether outlines of the reference annotation are in them."""


@dataclass(frozen=True)
class Survey:
    """A sequence, measured."""

    frames: tuple[FrameFacts, ...]
    """A row for each frame, in time."""
    cells: CellTable
    """All cells, frame after frame."""
    strips: tuple[Strip, ...]
    """Pictures of frames spread over the sequence."""
    thumbnails: dict[tuple[int, int], bytes]
    """Small WebP files of cells spread over the sequence, by frame and label."""
    shape: tuple[int, ...]
    """Size (Z, Y, X) of the frames."""


def survey(source: ReportSource, spacing: Spacing, axes: str | None = None, show_progress: bool = False) -> Survey:
    """Measure and draw a sequence, holding one frame at a time.

    Parameters
    ----------
    source : ReportSource
        The sequence.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    axes : str, optional
        Axes of the frames in stored order, where they do not say so themselves.
    show_progress : bool
        Show a progress bar on a terminal.

    Raises
    ------
    ValueError
        If a frame cannot be read. A mask that cannot be read, or is missing, is a `FrameFacts.problem`.
    """
    shown = choose_strip_frames(source.frames, MOST_STRIPS)
    quota = -(-MOST_THUMBNAILS // len(source.frames))
    facts: list[FrameFacts] = []
    measured: list[CellTable] = []
    strips: list[Strip] = []
    thumbnails: dict[tuple[int, int], bytes] = {}
    shape: tuple[int, ...] = ()
    bar = tqdm(source.frames, desc="measuring", unit="frame", disable=None if show_progress else True)
    for frame in bar:
        stack = read_frame(frame.path, axes=axes)
        shape = stack.shape
        labels, problem = read_mask(source.mask(frame), stack.shape)
        cells = tabulate_cells(stack, labels, frame.number, spacing) if not problem else empty_cells()
        facts.append(_facts(frame.number, stack, cells, problem))
        measured.append(cells)
        thumbnails.update(_thumbnails(stack, labels, cells, spacing, quota))
        if frame in shown:
            strips.append(make_strip(source, frame, (stack, labels), cells, spacing))
    return Survey(tuple(facts), join_cells(measured), tuple(strips), thumbnails, shape)


def measure_sequence(
    source: ReportSource, spacing: Spacing, axes: str | None = None, show_progress: bool = False
) -> tuple[CellTable, NDArray[np.float64]]:
    """Measure a sequence without drawing it: its cells, and for each the mean intensity outside cells in its frame."""
    measured: list[CellTable] = []
    outside: list[NDArray[np.float64]] = []
    for frame in tqdm(source.frames, desc="measuring", unit="frame", disable=None if show_progress else True):
        stack = read_frame(frame.path, axes=axes)
        labels, problem = read_mask(source.mask(frame), stack.shape)
        cells = empty_cells() if problem else tabulate_cells(stack, labels, frame.number, spacing)
        measured.append(cells)
        outside.append(np.full(len(cells), _facts(frame.number, stack, cells, problem).outside))
    return join_cells(measured), np.concatenate(outside)


def read_mask(path: Path, shape: tuple[int, ...]) -> tuple[NDArray, str]:
    """Read a mask, or zeros and the reason why it cannot be taken."""
    try:
        labels = read_labels(path)
    except (ValueError, OSError) as error:
        return np.zeros(shape, np.uint16), str(error)
    if labels.shape != shape:
        return np.zeros(shape, np.uint16), f"{path}: size (z, y, x) is {labels.shape}, that of the frame {shape}"
    return labels, ""


def make_strip(
    source: ReportSource, frame: FrameFile, images: tuple[NDArray, NDArray], cells: CellTable, spacing: Spacing
) -> Strip:
    """Draw the strip of a frame: its worst slice is that of the references, else that of the most suspicious cell."""
    stack, labels = images
    reference = references_of(source, frame, stack.shape)
    worst = find_worst_slice(reference, labels)
    if worst is None and (suspects := find_suspicions(cells)):
        worst = round(float(cells.center[suspects[0].index, 0]))
    shown = {**markers_of(source, frame, stack.shape), **reference}
    pictures = draw_strip(stack, labels, spacing, worst=worst, reference=shown)
    encoded = tuple((each.title, encode_webp(each.image, 60)) for each in pictures)
    return Strip(frame.number, encoded, bool(shown))


def annotation_of(source: ReportSource, frame: FrameFile, shape: tuple[int, ...]) -> dict[int, NDArray]:
    """Read the annotated slices of a frame, and its markers in the others; (Y, X) labels by the slice's number."""
    return {**markers_of(source, frame, shape), **references_of(source, frame, shape)}


def references_of(source: ReportSource, frame: FrameFile, shape: tuple[int, ...]) -> dict[int, NDArray]:
    """Read the annotated slices of a frame; none where they cannot be read or are of another size."""
    if source.dataset_dir is None:
        return {}
    try:
        slices = read_references(frame, source.dataset_dir / f"{source.sequence}_GT" / "SEG")
    except (ValueError, OSError):
        return {}
    return {z: labels for z, labels in slices.items() if labels.shape == tuple(shape[1:]) and z < shape[0]}


def markers_of(source: ReportSource, frame: FrameFile, shape: tuple[int, ...]) -> dict[int, NDArray]:
    """Read the markers of a frame; none where they cannot be read or are of another size."""
    if source.dataset_dir is None:
        return {}
    name = f"man_track{frame.number:0{frame.digits}d}.tif"
    labels, problem = read_mask(source.dataset_dir / f"{source.sequence}_GT" / "TRA" / name, shape)
    return {} if problem else dict(enumerate(labels))


def choose_strip_frames(frames: Sequence[FrameFile], count: int) -> list[FrameFile]:
    """Choose frames spread evenly over a sequence, the first and the last among them."""
    indices = np.unique(np.linspace(0, len(frames) - 1, min(count, len(frames))).round().astype(int))
    return [frames[index] for index in indices]


def _facts(number: int, stack: NDArray, cells: CellTable, problem: str) -> FrameFacts:
    """Read means off the cells, so that no array of the frame's size is made."""
    total = float(stack.sum(dtype=np.float64))
    inside, voxels = float(cells.voxels @ cells.intensity), int(cells.voxels.sum())
    rest = stack.size - voxels
    return FrameFacts(
        number=number,
        cells=len(cells),
        foreground=voxels / stack.size,
        inside=inside / voxels if voxels else float("nan"),
        outside=(total - inside) / rest if rest else float("nan"),
        problem=problem,
    )


def _thumbnails(
    stack: NDArray, labels: NDArray, cells: CellTable, spacing: Spacing, quota: int
) -> Iterator[tuple[tuple[int, int], bytes]]:
    chosen = np.unique(np.linspace(0, len(cells) - 1, min(quota, len(cells))).round().astype(int))
    for index in chosen if len(cells) else []:
        label, box = int(cells.label[index]), (cells.low[index], cells.high[index])
        crop = draw_crop(stack, labels, label, box, spacing, side=_THUMBNAIL)
        yield (int(cells.frame[index]), label), encode_webp(crop.xy, _QUALITY)
