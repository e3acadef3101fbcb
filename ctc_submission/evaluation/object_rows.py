"""Every object of a sequence as a row of its own, so that one can see which cells went wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ctc_submission.evaluation.comparison import Comparison
from ctc_submission.evaluation.evaluate import SequenceEvaluation
from ctc_submission.evaluation.matching import Matching


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One reference object, or one result object that no reference object matches."""

    dataset: str
    """Name of the dataset."""
    sequence: str
    """Name of the sequence."""
    references: str
    """Which references: ``SEG`` or ``TRA``."""
    frame: int
    """Number of the frame."""
    slice: int | None
    """The annotated slice; None where the whole frame is annotated."""
    outcome: str
    """``matched``, ``merged`` (its match matches others too), ``missed``, or ``extra`` (a result object alone)."""
    label: int
    """Label in the reference; 0 for an extra object."""
    match: int
    """Label of the matched (or extra) result object; 0 for a missed one."""
    jaccard: float
    """Intersection over union with the match; 0 without one."""
    voxels: int
    """Size of the reference (or extra) object, in voxels."""
    z: float
    """Center of mass, in voxels from the first slice."""
    y: float
    """Center of mass, in voxels from the first row."""
    x: float
    """Center of mass, in voxels from the first column."""


def object_rows(evaluation: SequenceEvaluation) -> Iterator[ObjectRow]:
    """List the objects of all reference files: those of SEG, then those of TRA with the extra result objects.

    Extra objects cost nothing in SEG, whose slices need not annotate every cell; they are listed for TRA alone.
    """
    for comparison in evaluation.seg_comparisons:
        yield from _reference_rows(evaluation, comparison, "SEG")
    for comparison in evaluation.tra_comparisons:
        yield from _reference_rows(evaluation, comparison, "TRA")
        yield from _extra_rows(evaluation, comparison)


def _reference_rows(evaluation: SequenceEvaluation, comparison: Comparison, references: str) -> Iterator[ObjectRow]:
    """List the reference objects of one file."""
    reference, matching = comparison.reference, comparison.matching
    for index, outcome in enumerate(_outcomes(matching)):
        z, y, x = matching.centers[index].tolist()
        yield ObjectRow(
            dataset=evaluation.dataset,
            sequence=evaluation.sequence,
            references=references,
            frame=reference.frame,
            slice=reference.z,
            outcome=outcome,
            label=int(matching.labels[index]),
            match=int(matching.matches[index]),
            jaccard=float(matching.jaccard[index]),
            voxels=int(matching.sizes[index]),
            z=z,
            y=y,
            x=x,
        )


def _extra_rows(evaluation: SequenceEvaluation, comparison: Comparison) -> Iterator[ObjectRow]:
    """List the result objects of one frame that no reference object matches."""
    matching = comparison.matching
    for index in np.flatnonzero(matching.result_counts == 0):
        z, y, x = matching.result_centers[index].tolist()
        yield ObjectRow(
            dataset=evaluation.dataset,
            sequence=evaluation.sequence,
            references="TRA",
            frame=comparison.reference.frame,
            slice=None,
            outcome="extra",
            label=0,
            match=int(matching.result_labels[index]),
            jaccard=0.0,
            voxels=int(matching.result_sizes[index]),
            z=z,
            y=y,
            x=x,
        )


def _outcomes(matching: Matching) -> Iterator[str]:
    """Say of every reference object what became of it."""
    shared = set(matching.result_labels[matching.result_counts > 1].tolist())
    for match in matching.matches.tolist():
        if match == 0:
            yield "missed"
        else:
            yield "merged" if match in shared else "matched"
