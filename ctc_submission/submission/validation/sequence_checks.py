"""Checks over all masks of a sequence: that there are objects, and that tracks agree with them."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tracks import read_tracks
from ctc_submission.evaluation.track_checks import check_tracks
from ctc_submission.submission.findings import Finding, error
from ctc_submission.submission.validation.result_folder import ResultFolder

Labels = Mapping[int, NDArray[np.int64]]
"""Labels above 0 by number of the frame, ascending."""


def check_any_object(results: ResultFolder, labels: Labels) -> Iterator[Finding]:
    """Find results without a single object."""
    if labels and not any(found.size for found in labels.values()):
        yield error(results.path, "all masks are empty", "check weights and input: no object was found in any frame")


def check_track_file(results: ResultFolder, labels: Labels) -> Iterator[Finding]:
    """Find what disagrees between ``res_track.txt``, where it is there, and the masks; the first problem alone."""
    path = results.path / "res_track.txt"
    if not path.is_file():
        return
    try:
        tracks = read_tracks(path)
    except ValueError as refusal:
        yield error(path, _reason(refusal, path), "write one line 'L B E P' per track: whole numbers, single blanks")
        return
    if not labels or sorted(labels) != list(range(min(labels), max(labels) + 1)):
        finding = "cannot be held against the masks, for some are missing or cannot be read"
        yield error(path, finding, "mend the masks first")
        return
    try:
        check_tracks(tracks, [set(found.tolist()) for found in labels.values()], min(labels), path)
    except ValueError as refusal:
        fix = "make tracks and masks agree, or remove the file: the segmentation benchmark needs none"
        yield error(path, _reason(refusal, path), fix)


def _reason(refusal: ValueError, path: object) -> str:
    """Leave out the file, which the finding names."""
    return str(refusal).removeprefix(f"{path}: ")
