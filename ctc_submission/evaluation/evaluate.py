"""All measures of one sequence, in one pass over its masks."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.datasets import recognize_dataset
from ctc_submission.challenge.run_record import find_parameter_count
from ctc_submission.evaluation.comparison import Comparison, compare
from ctc_submission.evaluation.measures import Measures, compute_measures
from ctc_submission.evaluation.measures.definition import Findings
from ctc_submission.evaluation.measures.det import VertexErrors, find_vertex_errors
from ctc_submission.evaluation.measures.tra import EdgeErrors
from ctc_submission.evaluation.references import (
    Reference,
    Truth,
    find_digits,
    find_seg_references,
    find_tra_references,
    has_references,
)
from ctc_submission.evaluation.results_check import check_results
from ctc_submission.evaluation.tracking import compare_tracks

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class SequenceEvaluation:
    """A sequence's measures and what they were read from."""

    dataset: str
    """Name of the dataset's folder."""
    sequence: str
    """Name of the sequence, for example ``01``."""
    results: Path
    """Folder of the results."""
    measures: Measures
    """The measures."""
    parameters: int | None
    """Number of parameters of the models behind the results, where known."""
    penalize_extra_detections: bool
    """Whether DET counts result objects without a reference."""
    seg_comparisons: tuple[Comparison, ...]
    """One per SEG reference file, in name order."""
    tra_comparisons: tuple[Comparison, ...]
    """One per TRA reference file, in name order."""
    vertex_errors: VertexErrors | None
    """Errors among the objects of the TRA references; None without them."""
    edge_errors: EdgeErrors | None
    """Errors among the links; None where reference or result have no tracks."""
    truth: Truth = "GT"
    """Which references: GT (gold) or ST (silver)."""


def evaluate_sequence(
    dataset_dir: Path,
    sequence: str,
    results: Path | None = None,
    digits: int | None = None,
    penalize_extra_detections: bool | None = None,
    parameters: int | None = None,
    show_progress: bool = False,
    truth: Truth = "GT",
) -> SequenceEvaluation:
    """Compute every measure for which the sequence has references, as the organizers' software does.

    TRA and LNK are computed where ``man_track.txt`` and ``res_track.txt`` exist.

    Parameters
    ----------
    dataset_dir : Path
        Folder with ``SEQ_GT`` or ``SEQ_ST``, and ``SEQ_RES``; its name is the dataset's.
    sequence : str
        Name of the sequence, for example ``01``.
    results : Path, optional
        Folder of the result masks; ``SEQ_RES`` in the dataset's folder by default.
    digits : int, optional
        Digits of the frame number in file names; read off the references by default.
    penalize_extra_detections : bool, optional
        Whether DET counts result objects without a reference; the dataset's own setting by default.
    parameters : int, optional
        Number of parameters of the models behind the results; read from their run manifest by default.
    show_progress : bool
        Show a progress bar on a terminal.
    truth : {'GT', 'ST'}
        Which references to score against: gold, as the challenge does, or silver.

    Raises
    ------
    FileNotFoundError
        If there are no references, or the result of a referenced frame is missing.
    ValueError
        If a file is not as the organizers' software takes it (or would silently be taken for zeros), tracks do not
        agree with the masks, or no reference object exists.
    """
    if digits is not None and digits < 3:
        raise ValueError(f"digits is {digits}, expected 3 or more digits of the frame number")
    results = results or dataset_dir / f"{sequence}_RES"
    digits = digits or find_digits(dataset_dir, sequence, truth)
    for_seg, for_tra = _find_references(dataset_dir, sequence, digits, truth)
    check_results([*for_seg, *for_tra], results, digits)
    if penalize_extra_detections is None:
        penalize_extra_detections = penalizes_extra_detections(dataset_dir)
    if parameters is None:
        parameters = find_parameter_count(results)
    comparisons = compare([*for_seg, *for_tra], results, digits, show_progress=show_progress)
    for_seg_done, for_tra_done = tuple(comparisons[: len(for_seg)]), tuple(comparisons[len(for_seg) :])
    vertices = find_vertex_errors((each.reference.frame, each.matching) for each in for_tra_done) if for_tra else None
    edges = _edge_errors(for_tra_done, dataset_dir / f"{sequence}_{truth}" / "TRA", results)
    found = Findings(
        matchings=tuple(each.matching for each in for_seg_done),
        tables=tuple(each.table for each in for_seg_done),
        vertices=vertices,
        edges=edges,
        penalize_extra_detections=penalize_extra_detections,
        parameters=parameters,
    )
    return SequenceEvaluation(
        dataset=dataset_dir.resolve().name,
        sequence=sequence,
        results=results,
        measures=compute_measures(found),
        parameters=parameters,
        penalize_extra_detections=penalize_extra_detections,
        seg_comparisons=for_seg_done,
        tra_comparisons=for_tra_done,
        vertex_errors=vertices,
        edge_errors=edges,
        truth=truth,
    )


def penalizes_extra_detections(dataset_dir: Path) -> bool:
    """Whether the segmentation benchmark's DET counts extra objects for this dataset; so for an unknown one.

    A line says what was taken where the folder has not exactly the name of a dataset.
    """
    name = dataset_dir.resolve().name
    dataset = recognize_dataset(name)
    penalizes = dataset is None or dataset.penalize_extra_detections
    if dataset is None or dataset.name != name:
        _LOG.warning(
            "%s: %s, so DET %s extra detections; state it with --%spenalize-extra-detections",
            dataset_dir,
            f"taken for {dataset.name}" if dataset else "not the name of a dataset of the challenge",
            "counts" if penalizes else "does not count",
            "" if not penalizes else "no-",
        )
    return penalizes


def _find_references(
    dataset_dir: Path, sequence: str, digits: int, truth: Truth
) -> tuple[list[Reference], list[Reference]]:
    """Find the references of both kinds; a missing folder has none."""
    folder = dataset_dir / f"{sequence}_{truth}"
    for_seg = find_seg_references(dataset_dir, sequence, digits, truth) if (folder / "SEG").is_dir() else []
    for_tra = find_tra_references(dataset_dir, sequence, digits, truth) if (folder / "TRA").is_dir() else []
    if not for_seg and truth == "GT" and has_references(dataset_dir, sequence, "ST"):
        _LOG.warning("%s: no SEG references; %s_ST has silver ones, for --truth ST", folder, sequence)
    return for_seg, for_tra


def _edge_errors(comparisons: Sequence[Comparison], references: Path, results: Path) -> EdgeErrors | None:
    """Compare the tracks where both sides have them."""
    reference_path, result_path = references / "man_track.txt", results / "res_track.txt"
    if not (comparisons and reference_path.is_file() and result_path.is_file()):
        return None
    return compare_tracks([each.matching for each in comparisons], reference_path, result_path)[1]
