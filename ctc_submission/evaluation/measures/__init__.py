"""The measures of one sequence."""

from collections.abc import Sequence
from dataclasses import dataclass


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


def mean_of(values: Sequence[float | None]) -> float | None:
    """Mean of the values; None if there is none or one is missing."""
    present = [value for value in values if value is not None]
    return sum(present) / len(present) if present and len(present) == len(values) else None
