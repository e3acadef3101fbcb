"""DET, the challenge's detection accuracy: what it costs to turn the result's objects into the reference's (AOGM-D)."""

from collections.abc import Iterable
from dataclasses import dataclass

from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.measures.definition import Measure

SPLIT_PENALTY = 5.0
"""Cost of splitting one reference object off a result object that matches several."""
MISSED_PENALTY = 10.0
"""Cost of a reference object without a match (false negative)."""
EXTRA_PENALTY = 1.0
"""Cost of a result object that no reference object matches (false positive)."""


@dataclass(frozen=True)
class VertexErrors:
    """Errors among the objects of all frames with a reference; each a pair (frame, label)."""

    splits: tuple[tuple[int, int], ...]
    """One per splitting operation: a result object that matches k reference objects is listed k - 1 times."""
    missed: tuple[tuple[int, int], ...]
    """Reference objects without a match."""
    extra: tuple[tuple[int, int], ...]
    """Result objects that no reference object matches."""
    objects: int
    """Number of all reference objects."""

    def cost(self, extra_penalty: float = EXTRA_PENALTY) -> float:
        """Add up the penalties, with that of an extra object as given."""
        return SPLIT_PENALTY * len(self.splits) + MISSED_PENALTY * len(self.missed) + extra_penalty * len(self.extra)


def find_vertex_errors(frames: Iterable[tuple[int, Matching]]) -> VertexErrors:
    """Collect the errors of every frame.

    Parameters
    ----------
    frames : iterable of (int, Matching)
        Number and matched objects of each frame that has a reference.
    """
    splits: list[tuple[int, int]] = []
    missed: list[tuple[int, int]] = []
    extra: list[tuple[int, int]] = []
    objects = 0
    for frame, matching in frames:
        objects += len(matching.labels)
        missed += [(frame, label) for label in matching.labels[matching.matches == 0].tolist()]
        for label, count in zip(matching.result_labels.tolist(), matching.result_counts.tolist(), strict=True):
            splits += [(frame, label)] * (count - 1)
            extra += [(frame, label)] * (count == 0)
    return VertexErrors(tuple(splits), tuple(missed), tuple(extra), objects)


def det(errors: VertexErrors, penalize_extra_detections: bool = True) -> float:
    """DET = 1 - min(cost, 10 V) / (10 V), V the number of reference objects.

    Parameters
    ----------
    errors : VertexErrors
        Errors of the whole sequence.
    penalize_extra_detections : bool
        Whether result objects without a reference cost anything; the organizers' segmentation benchmark does not
        count them for Fluo-N3DL-DRO, Fluo-N3DL-TRIC and Fluo-N3DL-TRIF.

    Raises
    ------
    ValueError
        If there is no reference object at all.
    """
    if not errors.objects:
        raise ValueError("no reference marker found: expected at least one label above 0 in the TRA references")
    worst = MISSED_PENALTY * errors.objects
    cost = errors.cost(EXTRA_PENALTY if penalize_extra_detections else 0.0)
    return 1 - min(cost, worst) / worst


DET = Measure(
    "det",
    "DET",
    "how well cells are found: 1 less the cost of adding (10), splitting (5) and deleting (1) objects, per cost of "
    "adding all",
    lambda found: det(found.vertices, found.penalize_extra_detections) if found.vertices else None,
)
