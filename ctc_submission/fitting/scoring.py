"""Probabilities on disk, labeled and scored: the challenge's measures, without a mask being written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.tiff.strict import StrictMask
from ctc_submission.evaluation.matching import Matching, match_objects
from ctc_submission.evaluation.measures.det import det, find_vertex_errors
from ctc_submission.evaluation.measures.seg import seg
from ctc_submission.evaluation.overlap import merge_tables, overlap_of_slice
from ctc_submission.evaluation.references import Reference
from ctc_submission.fitting.referenced_frames import Metric, ReferencedFrame
from ctc_submission.segmentation.labeling import label_cells
from ctc_submission.segmentation.labeling_parameters import LabelingParameters

_MOST_LABELS = 65535


@dataclass(frozen=True)
class PredictedFrame:
    """A frame, its references, and what the networks said of it."""

    frame: ReferencedFrame
    """Frame and references."""
    probabilities: Path
    """An .npy file, (C, Z, Y, X) float16: foreground and, where cells are separated by them, the centers."""
    spacing: Spacing
    """Voxel size (z, y, x) of its recording."""
    read: Callable[[], np.ndarray]
    """Reads its intensities (Z, Y, X)."""
    smallest_cell: int = 0
    """Least number of voxels of a cell, by the cell diameter of its recording."""


@dataclass(frozen=True)
class Score:
    """How well labels agree with references."""

    seg: float | None
    """SEG; None without references for it."""
    det: float | None
    """DET; None without references for it."""

    def by(self, metric: Metric) -> float:
        """Return one measure; OP_CSB is the mean of both.

        Raises
        ------
        ValueError
            If there are no references for it.
        """
        wanted = {"SEG": (self.seg,), "DET": (self.det,), "OP_CSB": (self.seg, self.det)}[metric]
        values = [value for value in wanted if value is not None]
        if len(values) < len(wanted):
            lacking = "SEG" if self.seg is None and metric != "DET" else "TRA"
            raise ValueError(f"there is no {lacking} reference to score {metric} by: take another metric")
        return sum(values) / len(values)


def score_frames(
    frames: Sequence[PredictedFrame], parameters: LabelingParameters, penalize_extra_detections: bool = True
) -> Score:
    """Label frames, one at a time in memory, and score them together as one sequence.

    Parameters
    ----------
    frames : sequence of PredictedFrame
        What to score.
    parameters : LabelingParameters
        How to label; the voxel size is the frames' own.
    penalize_extra_detections : bool
        Whether DET counts objects without a reference.

    Raises
    ------
    ValueError
        If a reference does not fit its frame, or is no mask as the organizers' reader takes it.
    """
    for_seg: list[Matching] = []
    for_det: list[tuple[int, Matching]] = []
    for predicted in frames:
        own = replace(parameters.at_least(predicted.smallest_cell), spacing=predicted.spacing)
        labels = label_frame(predicted.probabilities, own, predicted.read)
        for_seg += [match_labels(reference, labels) for reference in predicted.frame.seg]
        for_det += [(reference.frame, match_labels(reference, labels)) for reference in predicted.frame.tra]
    return Score(
        seg(for_seg) if for_seg else None,
        det(find_vertex_errors(for_det), penalize_extra_detections) if for_det else None,
    )


def label_frame(
    probabilities: Path, parameters: LabelingParameters, read: Callable[[], np.ndarray] | None = None
) -> np.ndarray:
    """Label a frame from its kept probabilities.

    Parameters
    ----------
    probabilities : Path
        An .npy file, as `PredictedFrame` says.
    parameters : LabelingParameters
        How to label.
    read : callable, optional
        Reads the intensities, where cells are judged by them.

    Returns
    -------
    (Z, Y, X) ndarray of uint16
        Labels as a mask holds them; those beyond 65535 are left out.
    """
    foreground, *markers = (each.astype(np.float32) for each in np.load(probabilities, mmap_mode="r"))
    image = read() if read and parameters.minimum_contrast else None
    labels = label_cells(foreground, markers[0] if markers else None, image, parameters=parameters)
    return np.where(labels <= _MOST_LABELS, labels, 0).astype(np.uint16)


def match_labels(reference: Reference, labels: np.ndarray) -> Matching:
    """Match a frame's labels (Z, Y, X) of uint16 with a reference of the frame, or of one of its slices.

    Raises
    ------
    ValueError
        If the reference is of another size, or of a slice that the frame does not have.
    """
    with StrictMask(reference.path) as mask:
        first = reference.z or 0
        expected = labels.shape if reference.z is None else (1, *labels.shape[1:])
        if mask.shape != expected or first >= len(labels):
            raise ValueError(
                f"{reference.path}: size (z, y, x) is {mask.shape}, expected {expected}, in a frame of "
                f"{len(labels)} slices"
            )
        slices = (overlap_of_slice(mask.read_slice(z), labels[first + z], first + z) for z in range(mask.shape[0]))
        return match_objects(merge_tables(list(slices)))
