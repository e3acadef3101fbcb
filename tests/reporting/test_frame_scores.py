"""Scores of a page: what became of markers is counted, and those that are simply matched are not kept."""

from pathlib import Path

import numpy as np

from ctc_submission.evaluation.object_rows import object_rows
from ctc_submission.reporting.frame_scores import read_scores
from ctc_submission.reporting.source import open_dataset


def test_matched_markers_are_counted_and_not_kept(simulated: Path) -> None:
    scores, problem = read_scores(open_dataset(simulated, "01"))

    assert scores is not None, problem
    markers = [row for row in object_rows(scores.evaluation) if row.references == "TRA"]
    matched = sum(row.outcome == "matched" for row in markers)
    assert matched > 0
    assert (scores.count("matched"), scores.count("missed")) == (matched, len(markers) - matched)
    assert not [row for row in scores.rows if row.references == "TRA" and row.outcome == "matched"]
    assert len(scores.overlaps) == np.sum([len(each.matching.labels) for each in scores.evaluation.seg_comparisons])
