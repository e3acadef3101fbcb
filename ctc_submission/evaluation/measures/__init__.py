"""The measures of one sequence; each brings its title, its meaning and its computation in a module of this folder."""

from dataclasses import dataclass

from ctc_submission.evaluation.measures.definition import Findings, Measure
from ctc_submission.evaluation.measures.det import DET
from ctc_submission.evaluation.measures.mean_iou import MEAN_IOU
from ctc_submission.evaluation.measures.overall import OP_CSB, OP_CTB
from ctc_submission.evaluation.measures.peseg import PESEG
from ctc_submission.evaluation.measures.seg import SEG
from ctc_submission.evaluation.measures.tra import LNK, TRA


@dataclass(frozen=True)
class Measures:
    """Every measure between 0 and 1, higher is better; None where the sequence has no reference for it."""

    seg: float | None = None
    """Segmentation accuracy."""
    det: float | None = None
    """Detection accuracy, with the dataset's own setting for extra detections."""
    tra: float | None = None
    """Tracking accuracy."""
    lnk: float | None = None
    """Linking accuracy."""
    op_csb: float | None = None
    """(SEG + DET) / 2, the overall performance of the segmentation benchmark."""
    op_ctb: float | None = None
    """(SEG + TRA) / 2, the overall performance of the tracking benchmark."""
    mean_iou: float | None = None
    """Mean over the classes background and cell of TP / (TP + FP + FN), in the voxels of the SEG references."""
    peseg: float | None = None
    """SEG per million parameters (not limited to 1)."""


MEASURES: tuple[Measure, ...] = (SEG, DET, TRA, LNK, OP_CSB, OP_CTB, MEAN_IOU, PESEG)
"""Every measure, in the order of tables."""


def compute_measures(found: Findings) -> Measures:
    """Compute every measure for which there are references."""
    return Measures(**{each.name: each.compute(found) for each in MEASURES})
