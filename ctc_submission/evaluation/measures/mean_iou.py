"""MeanIoU of the two classes background and cell, as in the paper's ablation (section 3.2)."""

from collections.abc import Sequence

from ctc_submission.evaluation.measures.definition import Measure
from ctc_submission.evaluation.overlap import OverlapTable


def mean_iou(tables: Sequence[OverlapTable]) -> float:
    """Mean over the classes of TP / (TP + FP + FN), counted in the voxels of all reference files together.

    A class that neither mask has counts as found. Where a reference slice leaves cells out, a cell that was found
    there counts against the result.

    Parameters
    ----------
    tables : sequence of OverlapTable
        One for each SEG reference file.
    """
    both = sum(int(table.voxels[(table.reference > 0) & (table.result > 0)].sum()) for table in tables)
    either = sum(int(table.voxels.sum()) for table in tables)
    size = sum(table.size for table in tables)
    background = size - either
    cell_iou = both / either if either else 1.0
    background_iou = background / (size - both) if size > both else 1.0
    return (cell_iou + background_iou) / 2


MEAN_IOU = Measure(
    "mean_iou",
    "MeanIoU",
    "overlap of all cell voxels and of all background voxels, averaged; separation plays no part; not the challenge's",
    lambda found: mean_iou(found.tables) if found.tables else None,
)
