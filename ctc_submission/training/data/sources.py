"""Which sequences and frames are trained on, and which are kept for validation: never slices of one frame in both."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ctc_submission.training.data.annotations import Truth, find_annotations
from ctc_submission.training.data.cache import load_cached
from ctc_submission.training.data.samples import Sample, SampleParameters, load_samples
from ctc_submission.training.data.source_folders import Source, check_apart, find_sources

__all__ = ["Source", "check_apart", "find_sources", "load_sources", "split_by_frame"]


def split_by_frame(
    sources: Sequence[Source], fraction: float, truth: Truth = "GT"
) -> tuple[list[Source], list[Source]]:
    """Keep the last annotated frames of every sequence for validation.

    Parameters
    ----------
    sources : sequence of Source
        Whole sequences.
    fraction : float
        Share of each sequence's annotated frames to keep, above 0 and below 1; at least one frame. A sequence with a
        single annotated frame is trained on. Where there is gold truth beside silver truth, the last frame with gold
        truth is among those kept, as thresholds are fitted to gold truth.
    truth : {'GT', 'ST', 'GT+ST'}
        Which truth counts.

    Returns
    -------
    training, validation : list of Source

    Raises
    ------
    ValueError
        If the fraction is out of range, or no sequence has two annotated frames.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"the validation fraction is {fraction}, expected a number between 0 and 1")
    training, validation = [], []
    for source in sources:
        numbers = list(find_annotations(source.folder, source.sequence, truth))
        kept = min(max(1, round(fraction * len(numbers)), _back_to_gold(source, numbers, truth)), len(numbers) - 1)
        training.append(replace(source, frames=frozenset(numbers[: len(numbers) - kept])))
        if kept:
            validation.append(replace(source, frames=frozenset(numbers[len(numbers) - kept :])))
    if not validation:
        raise ValueError("every sequence has one annotated frame only: name a sequence to validate on instead")
    return training, validation


def _back_to_gold(source: Source, numbers: Sequence[int], truth: Truth) -> int:
    """Count the frames from the last one with gold truth on, where others have silver truth; 0 where these are most."""
    if truth != "GT+ST" or not any((source.folder / f"{source.sequence}_GT" / "SEG").glob("man_seg*.tif")):
        return 0
    gold = max(find_annotations(source.folder, source.sequence, "GT"))
    count = sum(number >= gold for number in numbers)
    return count if 2 * count <= len(numbers) else 0


def load_sources(sources: Sequence[Source], parameters: SampleParameters, cache: Path | None = None) -> list[Sample]:
    """Make the samples of several sequences, in their order.

    Parameters
    ----------
    sources : sequence of Source
        Where to take them from.
    parameters : SampleParameters
        How to make them.
    cache : Path, optional
        Folder that keeps them for the next time; in memory only if not given.

    Returns
    -------
    list of Sample

    Raises
    ------
    FileNotFoundError, ValueError
        As `samples.load_samples`.
    """
    return [
        sample
        for source in sources
        for sample in (
            load_cached(cache, source.folder, source.sequence, parameters, source.frames)
            if cache
            else load_samples(source.folder, source.sequence, parameters, source.frames)
        )
    ]
