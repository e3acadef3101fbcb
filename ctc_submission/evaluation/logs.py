"""The organizers' printed lines and log files, letter by letter."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from ctc_submission.evaluation.comparison import Comparison
from ctc_submission.evaluation.measures.det import EXTRA_PENALTY, MISSED_PENALTY, SPLIT_PENALTY, VertexErrors
from ctc_submission.evaluation.measures.tra import (
    MISSING_PENALTY,
    REDUNDANT_PENALTY,
    SEMANTICS_PENALTY,
    Edge,
    EdgeErrors,
    Vertex,
)

_RULE = "=" * 56
_TRA_RULE = "=" * 81


def measure_line(name: str, value: float) -> str:
    """Word the line that the official executable prints."""
    return f"{name} measure: {six_decimals(value)}"


def six_decimals(value: float) -> str:
    """Format like C's ``%.6f``, but with ties away from zero as in the official executables."""
    return str(Decimal(value).quantize(Decimal("0.000001"), ROUND_HALF_UP))


def seg_log(comparisons: Sequence[Comparison], value: float) -> str:
    """Word ``SEG_log.txt``: every reference object of every file with its Jaccard index."""
    lines = []
    for comparison in comparisons:
        reference, matching = comparison.reference, comparison.matching
        lines.append(_heading(f"T={reference.frame} Z={reference.z or 0}"))
        objects = zip(matching.labels.tolist(), matching.jaccard.tolist(), strict=True)
        lines += [f"GT_label={label} J={_six_digits(jaccard)}" for label, jaccard in objects]
    return _text([*lines, _RULE, measure_line("SEG", value)])


def det_log(errors: VertexErrors, penalize_extra_detections: bool, value: float) -> str:
    """Word ``DET_log.txt``: every operation on objects that the measure counts."""
    extra_penalty = EXTRA_PENALTY if penalize_extra_detections else 0.0
    return _text([*_vertex_sections(errors, extra_penalty), _RULE, measure_line("DET", value)])


def tra_log(vertices: VertexErrors, edges: EdgeErrors, value: float) -> str:
    """Word ``TRA_log.txt``: every operation on objects and edges that the measure counts."""
    lines = [
        *_vertex_sections(vertices, EXTRA_PENALTY),
        _heading(f"Redundant Edges To Be Deleted (Penalty={REDUNDANT_PENALTY:g})"),
        *_edge_lines("Label", edges.redundant),
        _heading(f"Edges To Be Added (Penalty={MISSING_PENALTY:g})"),
        *_edge_lines("GT_label", edges.missing),
        _heading(f"Edges with Wrong Semantics (Penalty={SEMANTICS_PENALTY:g})"),
        *_edge_lines("Label", edges.semantics),
    ]
    return _text([*lines, _TRA_RULE, measure_line("TRA", value)])


def _vertex_sections(errors: VertexErrors, extra_penalty: float) -> list[str]:
    """List the three sections on objects that DET and TRA share."""
    return [
        _heading(f"Splitting Operations (Penalty={SPLIT_PENALTY:g})"),
        *_vertex_lines("Label", errors.splits),
        _heading(f"False Negative Vertices (Penalty={MISSED_PENALTY:g})"),
        *_vertex_lines("GT_label", errors.missed),
        _heading(f"False Positive Vertices (Penalty={extra_penalty:g})"),
        *_vertex_lines("Label", errors.extra),
    ]


def _vertex_lines(name: str, vertices: Iterable[Vertex]) -> list[str]:
    return [f"T={frame} {name}={label}" for frame, label in vertices]


def _edge_lines(name: str, edges: Iterable[Edge]) -> list[str]:
    return [f"[T={start[0]} {name}={start[1]}] -> [T={end[0]} {name}={end[1]}]" for start, end in edges]


def _heading(text: str) -> str:
    return f"{'-' * 10}{text}{'-' * 10}"


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _six_digits(value: float) -> str:
    """Format like C's ``%.6g``, with ties away from zero."""
    return f"{float(Context(prec=6, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))):.6g}"
