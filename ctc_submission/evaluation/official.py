"""``SEGMeasure``, ``DETMeasure`` and ``TRAMeasure``: the organizers' executables, to the letter.

Arguments, printed line, log file and exit status are theirs, so a script written for them runs unchanged. A refusal
writes no log, leaves an older one in place, says why on standard output (as they do) and on standard error, and ends
in status 255. Files that they silently read as zeros are read as zeros here too, but named on standard error.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.evaluation.comparison import Comparison, compare
from ctc_submission.evaluation.logs import det_log, measure_line, seg_log, tra_log
from ctc_submission.evaluation.measures.det import det, find_vertex_errors
from ctc_submission.evaluation.measures.seg import seg
from ctc_submission.evaluation.measures.tra import tra
from ctc_submission.evaluation.references import Reference, find_seg_references, find_tra_references
from ctc_submission.evaluation.tracking import compare_tracks

_REFUSED = 255


@dataclass(frozen=True)
class _Call:
    """The arguments ``DIR SEQ NUM_DIGITS`` that the three executables share."""

    dataset_dir: Path
    sequence: str
    digits: int
    penalize_extra_detections: bool = True

    @property
    def results(self) -> Path:
        """Folder of the results and of the log."""
        return self.dataset_dir / f"{self.sequence}_RES"


def main_seg(argv: Sequence[str] | None = None) -> int:
    """Run ``SEGMeasure DIR SEQ NUM_DIGITS`` and return its exit status."""
    return _run("SEG", argv, _score_seg)


def main_det(argv: Sequence[str] | None = None) -> int:
    """Run ``DETMeasure DIR SEQ NUM_DIGITS [PENALIZE_EXTRA_DETECTIONS]`` and return its exit status."""
    return _run("DET", argv, _score_det)


def main_tra(argv: Sequence[str] | None = None) -> int:
    """Run ``TRAMeasure DIR SEQ NUM_DIGITS`` and return its exit status."""
    return _run("TRA", argv, _score_tra)


def _run(name: str, argv: Sequence[str] | None, score: Callable[[_Call], tuple[float, str]]) -> int:
    """Parse, score, write the log and print; or say why not."""
    try:
        call = _parse(name, sys.argv[1:] if argv is None else argv)
        value, log = score(call)
        (call.results / f"{name}_log.txt").write_text(log, encoding="ascii")
    except (ValueError, OSError) as error:
        print(error)
        print(f"{name}Measure: {error}", file=sys.stderr)
        return _REFUSED
    print(measure_line(name, value))
    return 0


def _parse(name: str, argv: Sequence[str]) -> _Call:
    """Read the arguments."""
    most = 4 if name == "DET" else 3
    if not 3 <= len(argv) <= most:
        optional = " [PENALIZE_EXTRA_DETECTIONS]" if name == "DET" else ""
        raise ValueError(f"found {len(argv)} arguments, expected: {name}Measure DIR SEQ NUM_DIGITS{optional}")
    digits = int(argv[2]) if argv[2].isdecimal() else 0
    if digits < 3:
        raise ValueError(f"NUM_DIGITS is '{argv[2]}', expected 3 or more digits of the frame number")
    penalize = argv[3] if len(argv) == 4 else "1"
    if penalize not in ("0", "1"):
        raise ValueError(f"PENALIZE_EXTRA_DETECTIONS is '{penalize}', expected 0 or 1")
    return _Call(Path(argv[0]), argv[1], digits, penalize == "1")


def _score_seg(call: _Call) -> tuple[float, str]:
    """SEG and its log."""
    comparisons = _compare(call, find_seg_references(call.dataset_dir, call.sequence, call.digits))
    value = seg([comparison.matching for comparison in comparisons])
    return value, seg_log(comparisons, value)


def _score_det(call: _Call) -> tuple[float, str]:
    """DET and its log."""
    comparisons = _compare(call, find_tra_references(call.dataset_dir, call.sequence, call.digits))
    errors = find_vertex_errors((comparison.reference.frame, comparison.matching) for comparison in comparisons)
    value = det(errors, call.penalize_extra_detections)
    return value, det_log(errors, call.penalize_extra_detections, value)


def _score_tra(call: _Call) -> tuple[float, str]:
    """TRA and its log."""
    references = find_tra_references(call.dataset_dir, call.sequence, call.digits)
    comparisons = _compare(call, references)
    tracks = call.dataset_dir / f"{call.sequence}_GT" / "TRA" / "man_track.txt"
    vertices, edges = compare_tracks([each.matching for each in comparisons], tracks, call.results / "res_track.txt")
    value = tra(vertices, edges)
    return value, tra_log(vertices, edges, value)


def _compare(call: _Call, references: Sequence[Reference]) -> list[Comparison]:
    """Compare the references with the results and name the files that were read as zeros."""
    if not call.results.is_dir():
        raise FileNotFoundError(f"{call.results}: no such folder; expected the masks maskT.tif of the results there")
    comparisons = compare(references, call.results, call.digits, silent_zeros=True)
    for note in sorted({note for comparison in comparisons for note in comparison.zeros}):
        print(f"warning: {note}: read as zeros, as the organizers' software does", file=sys.stderr)
    return comparisons
