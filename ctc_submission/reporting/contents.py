"""Everything that a page shows, gathered: measured, judged, scored and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.run_record import find_record
from ctc_submission.evaluation.object_rows import ObjectRow
from ctc_submission.reporting.close_ups import CloseUp, Spot, draw_close_ups, spot_around
from ctc_submission.reporting.frame_scores import Scores, read_scores
from ctc_submission.reporting.links import LinkFacts, read_links
from ctc_submission.reporting.provenance import Provenance, read_provenance
from ctc_submission.reporting.source import ReportSource
from ctc_submission.reporting.statistics import find_jumps
from ctc_submission.reporting.survey import Survey, survey
from ctc_submission.reporting.suspicion import Suspicion, find_suspicions
from ctc_submission.reporting.verdict import Light, judge
from ctc_submission.submission.findings import Finding
from ctc_submission.submission.validation.result_folder import open_results
from ctc_submission.submission.validation.results_validation import validate_results

MOST_SUSPECTS = 30
MOST_MISTAKES = 12
"""Mistakes against the references of each kind that are drawn."""


@dataclass(frozen=True)
class Mistake:
    """An object that differs from its reference."""

    row: ObjectRow
    """What became of it."""
    close_up: CloseUp
    """What is to be seen."""


@dataclass(frozen=True)
class Contents:
    """What a page shows of a sequence."""

    source: ReportSource
    """The sequence."""
    provenance: Provenance
    """How its masks were made."""
    survey: Survey
    """Its measurements and pictures."""
    suspicions: tuple[Suspicion, ...]
    """All cells that look wrong, the strangest first."""
    suspects: tuple[CloseUp, ...]
    """Pictures of the first of them."""
    findings: tuple[Finding, ...]
    """What ``validate`` found."""
    lights: tuple[Light, ...]
    """The verdict."""
    jumps: tuple[int, ...]
    """Indices of frames at which the count jumps."""
    links: LinkFacts | None
    """Events of tracks; None where masks are not linked."""
    scores: Scores | None
    """Scores; None without references."""
    mistakes: dict[str, tuple[Mistake, ...]]
    """The worst of each kind: ``missed``, ``extra``, ``merged``, ``matched``."""
    problems: tuple[str, ...]
    """References or tracks that are there and cannot be used, and why."""

    @property
    def median_width(self) -> float:
        """Median width of the cells, in pixels."""
        return float(np.median(self.survey.cells.width)) if len(self.survey.cells) else float("nan")


def collect(source: ReportSource, show_progress: bool = False) -> Contents:
    """Gather what a page shows; frames are read one at a time, those with chosen cells a second time.

    Raises
    ------
    ValueError
        If a frame, or the record of the run, cannot be read.
    """
    provenance = read_provenance(source)
    spacing, axes = provenance.voxel_size.spacing, provenance.configuration.get("axes")
    surveyed = survey(source, spacing, axes, show_progress)
    links, link_problem = read_links(source)
    suspicions = find_suspicions(surveyed.cells, _outside(surveyed), linked=links is not None)
    scores, score_problem = read_scores(source, show_progress)
    findings = _validate(source, show_progress)
    rows = _worst_rows(scores)
    spots = [*_suspect_spots(surveyed, suspicions[:MOST_SUSPECTS]), *(_row_spot(row) for row in rows)]
    close_ups = draw_close_ups(source, spots, spacing, axes, show_progress)
    drawn = min(len(suspicions), MOST_SUSPECTS)
    mistakes = [Mistake(row, close_up) for row, close_up in zip(rows, close_ups[drawn:], strict=True)]
    counts = np.array([float(frame.cells) for frame in surveyed.frames])
    return Contents(
        source=source,
        provenance=provenance,
        survey=surveyed,
        suspicions=tuple(suspicions),
        suspects=tuple(close_ups[:drawn]),
        findings=tuple(findings),
        lights=tuple(
            judge(
                surveyed.frames,
                surveyed.cells,
                suspicions,
                findings,
                provenance.assumptions,
                provenance.cell_diameter,
            )
        ),
        jumps=tuple(find_jumps(counts).tolist()),
        links=links,
        scores=scores,
        mistakes={kind: tuple(each for each in mistakes if each.row.outcome == kind) for kind in _KINDS},
        problems=tuple(problem for problem in (link_problem, score_problem) if problem),
    )


_KINDS = ("missed", "extra", "merged", "matched")


def _validate(source: ReportSource, show_progress: bool) -> list[Finding]:
    frames = source.frames[0].path.parent if source.folder.is_dir() else None
    results = open_results(source.masks, frames, source.dataset)
    return validate_results(results, record=find_record(source.masks), show_progress=show_progress)


def _outside(surveyed: Survey) -> NDArray[np.float64]:
    """Return, for each cell, the mean intensity outside cells in its frame."""
    by_frame = {frame.number: frame.outside for frame in surveyed.frames}
    return np.array([by_frame[number] for number in surveyed.cells.frame.tolist()], np.float64)


def _suspect_spots(surveyed: Survey, suspicions: Sequence[Suspicion]) -> list[Spot]:
    cells = surveyed.cells
    return [
        Spot(
            int(cells.frame[each.index]),
            int(cells.label[each.index]),
            tuple(cells.low[each.index].tolist()),
            tuple(cells.high[each.index].tolist()),
        )
        for each in suspicions
    ]


def _worst_rows(scores: Scores | None) -> list[ObjectRow]:
    """Choose the largest missed, extra and merged objects, and those matched with the least overlap."""
    if scores is None:
        return []
    chosen: list[ObjectRow] = []
    for kind in _KINDS[:3]:
        chosen += sorted(scores.with_outcome(kind), key=lambda row: -row.voxels)[:MOST_MISTAKES]
    matched = [row for row in scores.overlaps if row.outcome == "matched"]
    return [*chosen, *sorted(matched, key=lambda row: row.jaccard)[:MOST_MISTAKES]]


def _row_spot(row: ObjectRow) -> Spot:
    z = float(row.z if row.slice is None else row.slice)
    return spot_around(row.frame, (z, row.y, row.x), row.voxels)
