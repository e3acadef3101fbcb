"""All measures of one sequence, in one pass over its masks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.evaluation.comparison import Comparison, compare
from ctc_submission.evaluation.det import det, find_vertex_errors
from ctc_submission.evaluation.measures import Measures, mean_of
from ctc_submission.evaluation.references import Reference, find_seg_references, find_tra_references
from ctc_submission.evaluation.seg import seg


@dataclass(frozen=True)
class SequenceEvaluation:
    """A sequence's measures and what they were read from."""

    dataset: str
    """Name of the dataset's folder."""
    sequence: str
    """Name of the sequence, for example ``01``."""
    measures: Measures
    """The measures."""
    seg_comparisons: tuple[Comparison, ...]
    """One per SEG reference file, in name order."""
    tra_comparisons: tuple[Comparison, ...]
    """One per TRA reference file, in name order."""


def evaluate_sequence(
    dataset_dir: Path,
    sequence: str,
    results: Path | None = None,
    digits: int | None = None,
    penalize_extra_detections: bool | None = None,
    show_progress: bool = False,
) -> SequenceEvaluation:
    """Compute every measure for which the sequence has references.

    Parameters
    ----------
    dataset_dir : Path
        Folder with ``SEQ_GT`` and ``SEQ_RES``; its name is the dataset's.
    sequence : str
        Name of the sequence, for example ``01``.
    results : Path, optional
        Folder of the result masks; ``SEQ_RES`` in the dataset's folder by default.
    digits : int, optional
        Digits of the frame number in file names; read off the references by default.
    penalize_extra_detections : bool, optional
        Whether DET counts result objects without a reference; the dataset's own setting by default.
    show_progress : bool
        Show a progress bar on a terminal.

    Raises
    ------
    FileNotFoundError
        If there are no references, or the result of a referenced frame is missing.
    ValueError
        If a file is not as the organisers' software takes it, or no reference object exists.
    """
    results = results or dataset_dir / f"{sequence}_RES"
    if not results.is_dir():
        raise FileNotFoundError(f"{results}: no such folder; expected the masks maskT.tif of the results there")
    digits = digits or find_digits(dataset_dir, sequence)
    seg_references, tra_references = _find_references(dataset_dir, sequence, digits)
    comparisons = compare([*seg_references, *tra_references], results, digits, show_progress=show_progress)
    for_seg, for_tra = comparisons[: len(seg_references)], comparisons[len(seg_references) :]
    if penalize_extra_detections is None:
        penalize_extra_detections = penalizes_extra_detections(dataset_dir)
    measures = _measure(for_seg, for_tra, penalize_extra_detections)
    return SequenceEvaluation(dataset_dir.resolve().name, sequence, measures, tuple(for_seg), tuple(for_tra))


def find_digits(dataset_dir: Path, sequence: str) -> int:
    """Read the number of digits of the frame number off the names of the references.

    Raises
    ------
    FileNotFoundError
        If there is no reference.
    ValueError
        If the names disagree.
    """
    folder = dataset_dir / f"{sequence}_GT"
    pattern = re.compile(r"man_(?:seg|seg_|track)(\d{3,})(?:_\d{3})?\.tif", re.ASCII)
    names = [path.name for kind in ("SEG", "TRA") for path in sorted((folder / kind).glob("man_*.tif"))]
    digits = {len(found[1]) for found in map(pattern.fullmatch, names) if found}
    if not digits:
        raise FileNotFoundError(
            f"{folder}: no references, expected SEG/man_segT.tif, SEG/man_seg_T_Z.tif or TRA/man_trackT.tif"
        )
    if len(digits) > 1:
        raise ValueError(f"{folder}: frame numbers have {sorted(digits)} digits; say which ones count")
    return digits.pop()


def penalizes_extra_detections(dataset_dir: Path) -> bool:
    """Whether the segmentation benchmark's DET counts extra objects for this dataset; so for an unknown one."""
    dataset = DATASETS.get(dataset_dir.resolve().name)
    return dataset is None or dataset.penalize_extra_detections


def _find_references(dataset_dir: Path, sequence: str, digits: int) -> tuple[list[Reference], list[Reference]]:
    """Find the references of both kinds; a missing folder has none."""
    folder = dataset_dir / f"{sequence}_GT"
    for_seg = find_seg_references(dataset_dir, sequence, digits) if (folder / "SEG").is_dir() else []
    for_tra = find_tra_references(dataset_dir, sequence, digits) if (folder / "TRA").is_dir() else []
    return for_seg, for_tra


def _measure(for_seg: Sequence[Comparison], for_tra: Sequence[Comparison], penalize_extra_detections: bool) -> Measures:
    """Read the measures off the comparisons."""
    seg_value = seg([each.matching for each in for_seg]) if for_seg else None
    det_value = None
    if for_tra:
        errors = find_vertex_errors((each.reference.frame, each.matching) for each in for_tra)
        det_value = det(errors, penalize_extra_detections)
    return Measures(seg=seg_value, det=det_value, op_csb=mean_of([seg_value, det_value]))
