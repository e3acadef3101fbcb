"""All layers of a sequence with its result, and where to look first."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctc_submission.challenge.files import FrameFile
from ctc_submission.reporting.cells import CellTable
from ctc_submission.reporting.frame_scores import Scores, read_scores
from ctc_submission.reporting.provenance import Provenance, read_provenance
from ctc_submission.reporting.source import TRACK_FILE, ReportSource
from ctc_submission.reporting.survey import measure_sequence
from ctc_submission.reporting.suspicion import Suspicion, find_suspicions
from ctc_submission.viewing.layers import (
    LayerData,
    frames_layer,
    masks_layer,
    points_layer,
    references_layer,
    tracks_layer,
)

_SUSPECT, _MISTAKE = "#D55E00", "#F0E442"


@dataclass(frozen=True)
class Viewpoint:
    """Where to look."""

    time: int
    """Index of the frame among all."""
    position: tuple[float, float, float] | None = None
    """z, y, x in voxels; None for the whole frame."""


def sequence_layers(source: ReportSource, worst: int = 0) -> tuple[list[LayerData], Viewpoint]:
    """Make the layers of a sequence: frames, masks, and references, tracks and points where there are any.

    Parameters
    ----------
    source : ReportSource
        The sequence.
    worst : int
        How many suspicious cells get a point; above 0 all frames are measured, and all mistakes against references get
        points too.

    Returns
    -------
    list of LayerData
        From the bottom to the top.
    Viewpoint
        The most suspicious cell, else the middle of the first frame.
    """
    provenance = read_provenance(source)
    spacing, axes = provenance.voxel_size.spacing, provenance.configuration.get("axes")
    masks = [FrameFile(source.mask(frame), frame.number, frame.digits) for frame in source.frames]
    layers: list[LayerData | None] = [frames_layer(source.frames, spacing, axes), masks_layer(masks, spacing)]
    if source.dataset_dir:
        folder = source.dataset_dir / f"{source.sequence}_GT"
        layers.append(references_layer(source.frames, folder, provenance.info.shape, spacing))
    if (source.masks / TRACK_FILE).is_file():
        layers.append(tracks_layer(masks, source.masks / TRACK_FILE, spacing))
    place = Viewpoint(0, None)
    if worst:
        points, place = _points(source, provenance, worst)
        layers += points
    return [layer for layer in layers if layer], place


def place_of(source: ReportSource, frame: int | None, position: tuple[float, ...] | None) -> Viewpoint | None:
    """Find a frame by its number, and a position in it; None if neither is given.

    Raises
    ------
    ValueError
        If there is no such frame, or the position has not two or three numbers.
    """
    if frame is None and position is None:
        return None
    numbers = [each.number for each in source.frames]
    wanted = numbers[0] if frame is None else frame
    if wanted not in numbers:
        raise ValueError(f"{source.folder}: no frame {frame}, expected one from {numbers[0]} to {numbers[-1]}")
    if position is None:
        return Viewpoint(numbers.index(wanted))
    if len(position) not in (2, 3):
        raise ValueError(f"--at has {len(position)} numbers, expected Z,Y,X (or Y,X of an image)")
    z, y, x = position if len(position) == 3 else (0.0, *position)
    return Viewpoint(numbers.index(wanted), (z, y, x))


def _points(source: ReportSource, provenance: Provenance, worst: int) -> tuple[list[LayerData], Viewpoint]:
    spacing = provenance.voxel_size.spacing
    cells, outside = measure_sequence(source, spacing, provenance.configuration.get("axes"), show_progress=True)
    linked = (source.masks / TRACK_FILE).is_file()
    suspicions = find_suspicions(cells, outside, linked)[:worst]
    times = {frame.number: index for index, frame in enumerate(source.frames)}
    rows = [_row(cells, each, times) for each in suspicions]
    texts = ["\n".join(each.reasons) for each in suspicions]
    layers = [points_layer(f"{len(rows)} most suspicious", rows, texts, _SUSPECT, spacing)]
    scores, _ = read_scores(source, show_progress=True)
    if scores:
        layers.append(_mistakes(scores, times, spacing))
    return layers, Viewpoint(int(rows[0][0]), rows[0][1:]) if rows else Viewpoint(0)


def _row(cells: CellTable, suspicion: Suspicion, times: dict[int, int]) -> tuple[float, float, float, float]:
    z, y, x = cells.center[suspicion.index].tolist()
    return float(times[int(cells.frame[suspicion.index])]), z, y, x


def _mistakes(scores: Scores, times: dict[int, int], spacing: tuple[float, float, float]) -> LayerData:
    rows = [row for kind in ("missed", "extra", "merged") for row in scores.with_outcome(kind) if row.frame in times]
    positions: Sequence[tuple[float, ...]] = [
        (times[row.frame], row.z if row.slice is None else row.slice, row.y, row.x) for row in rows
    ]
    return points_layer("missed, extra, merged", positions, [row.outcome for row in rows], _MISTAKE, spacing)
