"""OP_CSB and OP_CTB, the overall performances that the challenge's two benchmarks rank by."""

from collections.abc import Sequence

from ctc_submission.evaluation.measures.definition import Measure
from ctc_submission.evaluation.measures.det import DET
from ctc_submission.evaluation.measures.seg import SEG
from ctc_submission.evaluation.measures.tra import TRA


def mean_of(values: Sequence[float | None]) -> float | None:
    """Mean of the values; None if there is none or one is missing."""
    present = [value for value in values if value is not None]
    return sum(present) / len(present) if present and len(present) == len(values) else None


OP_CSB = Measure(
    "op_csb",
    "OP_CSB",
    "mean of SEG and DET: the segmentation benchmark ranks by it",
    lambda found: mean_of([SEG.compute(found), DET.compute(found)]),
)
OP_CTB = Measure(
    "op_ctb",
    "OP_CTB",
    "mean of SEG and TRA: the tracking benchmark ranks by it",
    lambda found: mean_of([SEG.compute(found), TRA.compute(found)]),
)
