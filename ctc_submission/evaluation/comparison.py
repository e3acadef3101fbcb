"""References and results compared: every mask is read once, slice by slice, several frames at a time."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tqdm import tqdm

from ctc_submission.challenge.tiff.strict import StrictMask
from ctc_submission.evaluation.matching import Matching, match_objects
from ctc_submission.evaluation.overlap import OverlapTable, merge_tables, overlap_of_slice
from ctc_submission.evaluation.references import Reference

_PENDING_ROWS = 500_000
_MOST_WORKERS = 4


@dataclass(frozen=True)
class Comparison:
    """One reference file held against the result of its frame."""

    reference: Reference
    """The reference file."""
    table: OverlapTable
    """Its overlaps with the result."""
    matching: Matching
    """Its objects and their matches."""
    zeros: tuple[str, ...]
    """Files that were read as zeros, as the organizers' reader does, and why."""


def compare(
    references: Sequence[Reference],
    results: Path,
    digits: int,
    silent_zeros: bool = False,
    show_progress: bool = False,
) -> list[Comparison]:
    """Compare reference files with the masks of a result folder.

    Parameters
    ----------
    references : sequence of Reference
        The reference files.
    results : Path
        Folder of the results ``maskT.tif``.
    digits : int
        Digits of the frame number in file names.
    silent_zeros : bool
        Read as zeros what the organizers' reader silently reads as zeros, where it would else be refused.
    show_progress : bool
        Show a progress bar on a terminal.

    Returns
    -------
    list of Comparison
        In the order of the references.

    Raises
    ------
    FileNotFoundError
        If the result of a referenced frame is missing.
    ValueError
        If a file is no mask as the organizers' reader takes it, or sizes differ.
    """
    by_frame = sorted(references, key=lambda reference: reference.frame)
    groups = [list(group) for _, group in groupby(by_frame, key=lambda reference: reference.frame)]

    def compare_group(group: list[Reference]) -> list[Comparison]:
        return _compare_frame(group, results / f"mask{group[0].frame:0{digits}}.tif", silent_zeros)

    with ThreadPoolExecutor(min(_MOST_WORKERS, os.cpu_count() or 1)) as pool:
        frames = [pool.submit(compare_group, group) for group in groups]
        bar = tqdm(frames, unit="frame", disable=None if show_progress else True)
        try:
            found = {each.reference.path: each for frame in bar for each in frame.result()}
        finally:
            pool.shutdown(cancel_futures=True)
    return [found[reference.path] for reference in references]


def _compare_frame(references: list[Reference], result_path: Path, silent_zeros: bool) -> list[Comparison]:
    """Compare all reference files of one frame with its result."""
    with ExitStack() as stack:
        result = stack.enter_context(StrictMask(result_path, silent_zeros))
        masks = [stack.enter_context(StrictMask(reference.path, silent_zeros)) for reference in references]
        for reference, mask in zip(references, masks, strict=True):
            _check_shapes(reference, mask, result)
        tables = _overlaps(references, masks, result)
        zeros = [tuple(f"{each.path}: {each.zeros}" for each in (mask, result) if each.zeros) for mask in masks]
    return [
        Comparison(reference, table, match_objects(table), notes)
        for reference, table, notes in zip(references, tables, zeros, strict=True)
    ]


def _overlaps(references: list[Reference], masks: list[StrictMask], result: StrictMask) -> list[OverlapTable]:
    """Read the result once, slice by slice, and count the overlaps of every reference with it."""
    tables: list[list[OverlapTable]] = [[] for _ in references]
    for z in _needed_slices(references, masks):
        labels = result.read_slice(z)
        for reference, mask, parts in zip(references, masks, tables, strict=True):
            if reference.z is None or reference.z == z:
                parts.append(overlap_of_slice(mask.read_slice(z if reference.z is None else 0), labels, z))
                if sum(len(part.voxels) for part in parts) > _PENDING_ROWS:
                    parts[:] = [merge_tables(parts)]
    return [merge_tables(parts) for parts in tables]


def _needed_slices(references: list[Reference], masks: list[StrictMask]) -> list[int]:
    """List the slices that some reference annotates."""
    needed: set[int] = set()
    for reference, mask in zip(references, masks, strict=True):
        needed.update(range(mask.shape[0]) if reference.z is None else [reference.z])
    return sorted(needed)


def _check_shapes(reference: Reference, mask: StrictMask, result: StrictMask) -> None:
    """Refuse a result of another size than its reference, or without the slice that is annotated."""
    if reference.z is None:
        fits = mask.shape == result.shape or (result.is_cut and mask.shape[1:] == result.shape[1:])
        expected = f"{mask.shape} as in {reference.path.name}"
    else:
        fits = mask.shape == (1, *result.shape[1:]) and (reference.z < result.shape[0] or result.is_cut)
        expected = f"slice {reference.z} and size (y, x) {mask.shape[1:]} as in {reference.path.name}"
    if not fits:
        raise ValueError(
            f"{result.path}: size (z, y, x) is {result.shape}, expected {expected}; write masks of the whole frame"
        )
