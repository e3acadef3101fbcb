"""A result beside its reference annotations: scores by frame, and the objects that went wrong."""

from collections import defaultdict
from dataclasses import dataclass

from ctc_submission.evaluation.evaluate import SequenceEvaluation, evaluate_sequence
from ctc_submission.evaluation.measures.det import det, find_vertex_errors
from ctc_submission.evaluation.measures.seg import seg
from ctc_submission.evaluation.object_rows import ObjectRow, object_rows
from ctc_submission.evaluation.references import TRUTHS, has_references
from ctc_submission.reporting.source import ReportSource


@dataclass(frozen=True)
class Scores:
    """A sequence held against its references."""

    evaluation: SequenceEvaluation
    """Measures and comparisons."""
    rows: tuple[ObjectRow, ...]
    """Every object of SEG; of TRA those that are not simply matched, as nearly all are."""
    matched_markers: int
    """How many objects of TRA are."""
    seg_by_frame: dict[int, float]
    """SEG of the annotated frames with cells."""
    det_by_frame: dict[int, float]
    """DET of the frames with markers."""

    def with_outcome(self, outcome: str) -> list[ObjectRow]:
        """List the objects of which this became: those of markers (TRA) where there are any, else those of SEG.

        Matched markers are not kept, see `count`.
        """
        kind = "TRA" if self.evaluation.tra_comparisons else "SEG"
        return [row for row in self.rows if row.outcome == outcome and row.references == kind]

    def count(self, outcome: str) -> int:
        """Count the objects of which this became, as `with_outcome` takes them, matched markers too."""
        of_markers = outcome == "matched" and bool(self.evaluation.tra_comparisons)
        return self.matched_markers if of_markers else len(self.with_outcome(outcome))

    @property
    def overlaps(self) -> list[ObjectRow]:
        """The reference cells of SEG, with their overlap J."""
        return [row for row in self.rows if row.references == "SEG"]


def read_scores(source: ReportSource, show_progress: bool = False) -> tuple[Scores | None, str]:
    """Score a sequence; None without references, and the reason where they cannot be used."""
    if source.dataset_dir is None:
        return None, ""
    truth = next((each for each in TRUTHS if has_references(source.dataset_dir, source.sequence, each)), None)
    if truth is None:
        return None, ""
    try:
        evaluation = evaluate_sequence(
            source.dataset_dir, source.sequence, results=source.masks, show_progress=show_progress, truth=truth
        )
    except (ValueError, OSError) as error:
        return None, str(error)
    rows, matched = _kept_rows(evaluation)
    return Scores(evaluation, rows, matched, _seg_by_frame(evaluation), _det_by_frame(evaluation)), ""


def _kept_rows(evaluation: SequenceEvaluation) -> tuple[tuple[ObjectRow, ...], int]:
    """List the objects without the matched markers, and count these."""
    kept: list[ObjectRow] = []
    matched = 0
    for row in object_rows(evaluation):
        if row.references == "TRA" and row.outcome == "matched":
            matched += 1
        else:
            kept.append(row)
    return tuple(kept), matched


def _seg_by_frame(evaluation: SequenceEvaluation) -> dict[int, float]:
    matchings = defaultdict(list)
    for each in evaluation.seg_comparisons:
        if len(each.matching.labels):
            matchings[each.reference.frame].append(each.matching)
    return {frame: seg(given) for frame, given in sorted(matchings.items())}


def _det_by_frame(evaluation: SequenceEvaluation) -> dict[int, float]:
    errors = {
        each.reference.frame: find_vertex_errors([(each.reference.frame, each.matching)])
        for each in evaluation.tra_comparisons
        if len(each.matching.labels)
    }
    return {frame: det(each, evaluation.penalize_extra_detections) for frame, each in sorted(errors.items())}
