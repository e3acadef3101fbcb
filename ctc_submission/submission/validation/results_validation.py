"""All checks of the results of one sequence."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ctc_submission.challenge.run_record import Record
from ctc_submission.submission.findings import Finding, error, note
from ctc_submission.submission.validation import cost, headers, labels, names, sequence_checks
from ctc_submission.submission.validation.mask_content import MaskContent, read_content
from ctc_submission.submission.validation.result_folder import ResultFolder
from ctc_submission.submission.validation.sequence_checks import Labels

FOLDER_CHECKS: tuple[Callable[[ResultFolder], Iterator[Finding]], ...] = (
    names.check_masks_are_there,
    names.check_masks_have_frames,
    names.check_digits,
    names.check_mask_names,
    names.check_leftovers,
)
"""What the names in the folder show."""
CONTENT_CHECKS: tuple[Callable[[MaskContent], Iterator[Finding]], ...] = (
    labels.check_empty,
    labels.check_field_of_interest,
    labels.check_unique,
)
"""What a mask that can be read shows."""
SEQUENCE_CHECKS: tuple[Callable[[ResultFolder, Labels], Iterator[Finding]], ...] = (
    sequence_checks.check_any_object,
    sequence_checks.check_track_file,
)
"""What all masks together show."""


def validate_results(
    results: ResultFolder, *, record: Record | None = None, show_progress: bool = False
) -> list[Finding]:
    """Check the results of one sequence, slice by slice.

    Parameters
    ----------
    results : ResultFolder
        The masks and their frames.
    record : Record, optional
        The record of the run that made them.
    show_progress : bool
        Show a progress bar on a terminal.

    Returns
    -------
    list of Finding
        In the order of the checks.
    """
    findings = list(chain.from_iterable(check(results) for check in FOLDER_CHECKS))
    if results.dataset is None:
        name = "the dataset is unknown, so objects outside the field of interest are not looked for"
        findings.append(note(results.path, name, "name one of the challenge's datasets with --dataset"))
    present: dict[int, NDArray[np.int64]] = {}
    masks = results.masks()
    for number, path in tqdm(masks, desc=results.path.name, unit="mask", disable=None if show_progress else True):
        content, found = check_mask(results, number, path)
        findings += found
        if content is not None:
            present[number] = content.labels
    findings += chain.from_iterable(check(results, present) for check in SEQUENCE_CHECKS)
    return [*findings, *cost.check_cost(results, record)]


def check_mask(results: ResultFolder, number: int, path: Path) -> tuple[MaskContent | None, list[Finding]]:
    """Check one mask: its headers and, if it can be read, what it holds.

    Returns
    -------
    MaskContent or None
        What it holds; None if it cannot be read or is of another size than its frame.
    list of Finding
        What was found.
    """
    findings = list(headers.check_readable(path))
    if not findings and path.name in results.expected:
        findings = list(headers.check_size(path, results.expected[path.name]))
    if findings:
        return None, findings
    try:
        content = read_content(path, number, results.dataset.field_margin if results.dataset else 0)
    except ValueError as refusal:
        return None, [error(path, headers.reason_of(refusal, path), headers.REWRITE)]
    return content, list(chain.from_iterable(check(content) for check in CONTENT_CHECKS))
