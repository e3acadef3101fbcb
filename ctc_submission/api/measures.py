"""The challenge's measures of arrays, and of folders in the challenge's layout."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ctc_submission.api.arrays import Array, TimePoint, TimePoints, check_labels, find_time_points
from ctc_submission.evaluation.evaluate import SequenceEvaluation, evaluate_sequence
from ctc_submission.evaluation.matching import Matching, match_objects
from ctc_submission.evaluation.measures import det as detection
from ctc_submission.evaluation.measures import seg as segmentation
from ctc_submission.evaluation.overlap import merge_tables, overlap_of_slice
from ctc_submission.evaluation.references import Truth

_MOST_LABELS = 65535


def seg(reference: Array, labels: Array, *, axes: str | None = None) -> float:
    """Compute SEG, the mean Jaccard index of the reference's cells with the cells found.

    Parameters
    ----------
    reference : (Y, X), (Z, Y, X) or (T, Z, Y, X) array of integers
        Reference labels; 0 is background.
    labels : array of integers
        Labels found, in the same shape.
    axes : str, optional
        ``TYX`` where three axes are not (Z, Y, X).

    Returns
    -------
    float
        In [0, 1]; over all time points together.

    Raises
    ------
    TypeError
        If one is no array of integers.
    ValueError
        If shapes differ or are others, labels are negative or too many, or no reference object exists.
    """
    return segmentation.seg([matching for _, matching in _match(reference, labels, axes, "reference")])


def det(markers: Array, labels: Array, *, penalize_extra_detections: bool = True, axes: str | None = None) -> float:
    """Compute DET, the detection accuracy.

    Parameters
    ----------
    markers : (Y, X), (Z, Y, X) or (T, Z, Y, X) array of integers
        Reference markers, one for each cell; 0 is background.
    labels : array of integers
        Labels found, in the same shape.
    penalize_extra_detections : bool
        Whether objects without a marker cost anything.
    axes : str, optional
        ``TYX`` where three axes are not (Z, Y, X).

    Returns
    -------
    float
        In [0, 1]; over all time points together.

    Raises
    ------
    TypeError, ValueError
        As `seg`.
    """
    errors = detection.find_vertex_errors(_match(markers, labels, axes, "markers"))
    return detection.det(errors, penalize_extra_detections)


def evaluate(
    dataset_dir: str | Path,
    sequence: str,
    *,
    results: str | Path | None = None,
    truth: Truth = "GT",
    penalize_extra_detections: bool | None = None,
) -> SequenceEvaluation:
    """Compute every measure of a sequence in the challenge's layout, as ``ctc-submission evaluate`` does.

    Parameters
    ----------
    dataset_dir : str or Path
        Folder with ``SEQ_GT`` or ``SEQ_ST``, and ``SEQ_RES``; its name is the dataset's.
    sequence : str
        Name of the sequence, for example ``01``.
    results : str or Path, optional
        Folder of the masks; ``SEQ_RES`` by default.
    truth : {'GT', 'ST'}
        Gold or silver reference annotations.
    penalize_extra_detections : bool, optional
        Whether DET counts objects without a reference; the dataset's own setting by default.

    Returns
    -------
    SequenceEvaluation
        Its ``measures`` has ``seg``, ``det``, ``tra`` and others.

    Raises
    ------
    FileNotFoundError, ValueError
        If references or masks are missing, or not as the organizers' software takes them.
    """
    return evaluate_sequence(
        Path(dataset_dir),
        sequence,
        None if results is None else Path(results),
        penalize_extra_detections=penalize_extra_detections,
        truth=truth,
    )


def _match(reference: Array, labels: Array, axes: str | None, name: str) -> Iterator[tuple[int, Matching]]:
    """Yield the number and the matched objects of every time point."""
    references, found = find_time_points(reference, axes, name), find_time_points(labels, axes, "labels")
    check_labels(references)
    check_labels(found)
    if tuple(reference.shape) != tuple(labels.shape):
        raise ValueError(
            f"labels has shape {tuple(labels.shape)}, but {name} {tuple(reference.shape)}: expected one shape for both"
        )
    for point, other in zip(references.points, found.points, strict=True):
        pairs = zip(_read(references, point), _read(found, other), strict=True)
        tables = [overlap_of_slice(expected, result, z) for z, (expected, result) in enumerate(pairs)]
        yield point.index, match_objects(merge_tables(tables))


def _read(labels: TimePoints, point: TimePoint) -> NDArray[np.uint16]:
    """Read labels in 16 bits, numbered anew where they do not fit."""
    stack = labels.read(point)
    if stack.min() < 0:
        raise ValueError(
            f"{point.name} has labels down to {stack.min()}, expected 0 for background and more for objects"
        )
    if stack.max() > _MOST_LABELS:
        values, compact = np.unique(stack, return_inverse=True)
        if np.count_nonzero(values) > _MOST_LABELS:
            raise ValueError(f"{point.name} has {len(values)} labels, expected {_MOST_LABELS} at most: crop it")
        stack = (compact + (values[0] != 0)).reshape(stack.shape)
    return stack.astype(np.uint16)
