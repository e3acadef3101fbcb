"""Which sequences and frames are trained on, and which are kept for validation: never slices of one frame in both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ctc_submission.training.data.annotations import Truth, find_annotations
from ctc_submission.training.data.cache import load_cached
from ctc_submission.training.data.samples import Sample, SampleParameters, load_samples


@dataclass(frozen=True)
class Source:
    """A sequence, or some of its frames."""

    folder: Path
    """The dataset's folder."""
    sequence: str
    """Such as ``01``."""
    frames: frozenset[int] | None = None
    """Numbers of the frames; None for all that are annotated."""

    @property
    def span(self) -> str:
        """From which frame to which it reaches, in words."""
        if not self.frames:
            return "any frame"
        first, last = min(self.frames), max(self.frames)
        return f"frames {first} to {last}" if first < last else f"frame {first}"


def find_sources(folders: Sequence[Path], names: Sequence[str], truth: Truth = "GT") -> list[Source]:
    """Find sequences in the folders of datasets.

    Parameters
    ----------
    folders : sequence of Path
        Folders of datasets in the challenge's layout.
    names : sequence of str
        Sequences to look for in each of them, such as ``01``, or paths that name one, such as ``Fluo-N3DH-CE/02``.
    truth : {'GT', 'ST', 'GT+ST'}
        Which truth they must have.

    Returns
    -------
    list of Source
        Those that have truth. A folder may lack a sequence that another has.

    Raises
    ------
    FileNotFoundError
        If a sequence has no truth in any of the folders.
    """
    return [source for name in names for source in _find_sequence(folders, name, truth)]


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
        single annotated frame is trained on.
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
        kept = min(max(1, round(fraction * len(numbers))), len(numbers) - 1)
        training.append(replace(source, frames=frozenset(numbers[: len(numbers) - kept])))
        if kept:
            validation.append(replace(source, frames=frozenset(numbers[len(numbers) - kept :])))
    if not validation:
        raise ValueError("every sequence has one annotated frame only: name a sequence to validate on instead")
    return training, validation


def check_apart(training: Sequence[Source], validation: Sequence[Source]) -> None:
    """Check that nothing is both trained on and validated on.

    Raises
    ------
    ValueError
        If a sequence is in both.
    """
    trained = {(source.folder.resolve(), source.sequence) for source in training}
    for source in validation:
        if (source.folder.resolve(), source.sequence) in trained:
            raise ValueError(
                f"{source.folder / source.sequence} is to be trained on and validated on: name other sequences, or "
                "keep some of its frames with --validation-fraction"
            )


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


def _find_sequence(folders: Sequence[Path], name: str, truth: Truth) -> list[Source]:
    path = Path(name)
    sources = [Source(path.parent, path.name)] if len(path.parts) > 1 else [Source(folder, name) for folder in folders]
    found = [source for source in sources if _has_truth(source, truth)]
    if not found:
        kinds = " or ".join(f"{name}_{kind}" for kind in truth.split("+"))
        raise FileNotFoundError(f"{', '.join(str(source.folder) for source in sources)}: there is no folder {kinds}")
    return found


def _has_truth(source: Source, truth: Truth) -> bool:
    return any((source.folder / f"{source.sequence}_{kind}").is_dir() for kind in truth.split("+"))
