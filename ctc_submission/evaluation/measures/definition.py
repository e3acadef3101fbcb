"""What a measure is: its names, what it means, and how it is computed from what was found in a sequence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.overlap import OverlapTable

if TYPE_CHECKING:
    from ctc_submission.evaluation.measures.det import VertexErrors
    from ctc_submission.evaluation.measures.tra import EdgeErrors


@dataclass(frozen=True)
class Findings:
    """What the measures of a sequence are computed from."""

    matchings: tuple[Matching, ...] = ()
    """Matched objects of each SEG reference file."""
    tables: tuple[OverlapTable, ...] = ()
    """Overlaps of objects, of each SEG reference file."""
    vertices: "VertexErrors | None" = None
    """Errors among the objects of the TRA references; None without them."""
    edges: "EdgeErrors | None" = None
    """Errors among the links; None where reference or result have no tracks."""
    penalize_extra_detections: bool = True
    """Whether DET counts result objects without a reference."""
    parameters: int | None = None
    """Number of parameters of the models behind the results, where known."""


@dataclass(frozen=True)
class Measure:
    """A measure of a sequence."""

    name: str
    """The field of `Measures` that holds it, and its key in JSON."""
    title: str
    """Its name in tables."""
    meaning: str
    """What it tells, in a line without a full stop."""
    compute: Callable[[Findings], float | None]
    """Compute it; None where the sequence has no reference for it."""
