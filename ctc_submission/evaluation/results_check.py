"""Results checked before they are scored: what the organizers' reader would refuse, or silently read as zeros."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ctc_submission.challenge.tiff.strict import StrictMask
from ctc_submission.evaluation.references import Reference

_MOST_NAMES = 3


def check_results(references: Sequence[Reference], results: Path, digits: int) -> None:
    """Check the mask of every referenced frame, by the headers alone.

    Parameters
    ----------
    references : sequence of Reference
        The reference files.
    results : Path
        Folder of the results ``maskT.tif``.
    digits : int
        Digits of the frame number in file names.

    Raises
    ------
    FileNotFoundError
        If the folder or all masks with a problem are missing.
    ValueError
        If masks are not as the organizers' reader takes them; the message says why of the first and names others.
    """
    if not results.is_dir():
        raise FileNotFoundError(f"{results}: no such folder; expected the masks maskT.tif of the results there")
    frames = sorted({reference.frame for reference in references})
    problems = list(_problems([results / f"mask{frame:0{digits}}.tif" for frame in frames]))
    if problems:
        first = problems[0][1]
        others = [other.name for other, _ in problems[1:]]
        raise type(first)(f"{first}{_and_others(others)}")


def _problems(paths: Sequence[Path]) -> Iterator[tuple[Path, ValueError | FileNotFoundError]]:
    """Yield the masks that would be refused or read as zeros, each with its refusal."""
    for path in paths:
        try:
            with StrictMask(path):
                pass
        except (ValueError, FileNotFoundError) as refusal:
            yield path, refusal


def _and_others(names: Sequence[str]) -> str:
    """Say which other files have a problem."""
    if not names:
        return ""
    shown = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    return f" ({len(names)} more with a problem: {shown})"
