"""Sequences that are trained on and validated on, by their folders; no file of them is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.training.data.truth import Truth


@dataclass(frozen=True)
class Source:
    """A sequence, or some of its frames."""

    folder: Path
    """The dataset's folder."""
    sequence: str
    """Such as ``01``."""
    frames: frozenset[int] | None = None
    """Numbers of the frames; None for all that are annotated."""
    slices: frozenset[int] | None = None
    """Positions z of the slices to take of frames that are annotated slice by slice; None for all."""

    @property
    def span(self) -> str:
        """From which frame to which it reaches, in words."""
        if not self.frames:
            return "any frame"
        first, last = min(self.frames), max(self.frames)
        return f"frames {first} to {last}" if first < last else f"frame {first}"

    def takes(self, z: int | None) -> bool:
        """Tell whether an annotation is taken: of a whole frame (None) always, of a slice if it is not left out."""
        return z is None or self.slices is None or z in self.slices


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
