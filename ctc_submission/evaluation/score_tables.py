"""Evaluations told as tables for the terminal."""

from collections.abc import Sequence

from ctc_submission.evaluation.evaluate import SequenceEvaluation
from ctc_submission.evaluation.logs import six_decimals
from ctc_submission.evaluation.measures import MEASURES
from ctc_submission.evaluation.measures.means import find_means

_COUNTS = (
    "cells",
    "matched",
    "their J",
    "markers",
    "missed",
    "extra",
    "splits",
    "links",
    "to add",
    "to delete",
    "wrong",
)
_ABSENT = "-"


def format_report(evaluations: Sequence[SequenceEvaluation]) -> str:
    """Lay out the measures with their means, then what became of cells (SEG), markers (DET) and links (TRA)."""
    counts = [[each.dataset, each.sequence, *_counts(each)] for each in evaluations]
    tables = (_measures_table(evaluations), [["dataset", "sequence", *_COUNTS], *counts])
    return "\n\n".join(_align(table) for table in tables)


def _measures_table(evaluations: Sequence[SequenceEvaluation]) -> list[list[str]]:
    """List the measures of sequences and means; a measure that none has is left out."""
    rows = [(each.dataset, each.sequence, each.measures) for each in evaluations]
    rows += [(mean.dataset, "mean", mean.measures) for mean in find_means(evaluations)]
    shown = [each for each in MEASURES if any(getattr(measures, each.name) is not None for _, _, measures in rows)]
    table = [["dataset", "sequence", *(each.title for each in shown)]]
    for dataset, sequence, measures in rows:
        table.append([dataset, sequence, *(_cell(getattr(measures, each.name)) for each in shown)])
    return table


def _counts(evaluation: SequenceEvaluation) -> list[str]:
    """Count what became of the objects and links of one sequence."""
    indices = [jaccard for each in evaluation.seg_comparisons for jaccard in each.matching.jaccard.tolist()]
    matched = [jaccard for jaccard in indices if jaccard > 0]
    cells = [str(len(indices)), str(len(matched)), _cell(sum(matched) / len(matched) if matched else None)]
    vertices, edges = evaluation.vertex_errors, evaluation.edge_errors
    markers = [vertices.objects, len(vertices.missed), len(vertices.extra), len(vertices.splits)] if vertices else []
    links = [edges.edges, len(edges.missing), len(edges.redundant), len(edges.semantics)] if edges else []
    return [
        *(cells if indices else [_ABSENT] * 3),
        *([str(count) for count in markers] or [_ABSENT] * 4),
        *([str(count) for count in links] or [_ABSENT] * 4),
    ]


def _cell(value: float | None) -> str:
    """Format a measure, or its absence."""
    return _ABSENT if value is None else six_decimals(value)


def _align(table: Sequence[Sequence[str]]) -> str:
    """Set a table in columns: the first two (names) to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        names = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        numbers = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*names, *numbers]))
    return "\n".join(lines)
