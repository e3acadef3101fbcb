"""Evaluations written as JSON and as CSV, with every object."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ctc_submission.atomic import write_text_atomic
from ctc_submission.evaluation.evaluate import SequenceEvaluation
from ctc_submission.evaluation.measures.means import find_means
from ctc_submission.evaluation.object_rows import ObjectRow, object_rows


def write_json(evaluations: Sequence[SequenceEvaluation], path: Path) -> None:
    """Write measures, errors and every object of each sequence, and the means.

    Raises
    ------
    OSError
        If the file cannot be written; an older one stays as it was.
    """
    document = {
        "sequences": [_describe(evaluation) for evaluation in evaluations],
        "means": [asdict(mean) for mean in find_means(evaluations)],
    }
    write_text_atomic(path, json.dumps(document, indent=1) + "\n")


def write_csv(evaluations: Sequence[SequenceEvaluation], path: Path) -> None:
    """Write a line for every object; the columns are the fields of `ObjectRow`.

    Raises
    ------
    OSError
        If the file cannot be written; an older one stays as it was.
    """
    names = [field.name for field in fields(ObjectRow)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for evaluation in evaluations:
        writer.writerows(asdict(row) for row in object_rows(evaluation))
    write_text_atomic(path, text.getvalue())


def _describe(evaluation: SequenceEvaluation) -> dict[str, Any]:
    """Collect what is written of one sequence."""
    return {
        "dataset": evaluation.dataset,
        "sequence": evaluation.sequence,
        "results": str(evaluation.results),
        "truth": evaluation.truth,
        "penalize_extra_detections": evaluation.penalize_extra_detections,
        "parameters": evaluation.parameters,
        "measures": asdict(evaluation.measures),
        "vertex_errors": asdict(evaluation.vertex_errors) if evaluation.vertex_errors else None,
        "edge_errors": asdict(evaluation.edge_errors) if evaluation.edge_errors else None,
        "objects": [asdict(row) for row in object_rows(evaluation)],
    }
