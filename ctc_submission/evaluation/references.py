"""The reference files of a sequence, found by the organizers' naming rules."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Truth = Literal["GT", "ST"]
"""Gold truth, which the challenge scores against, or silver truth, made by computer from several results."""
TRUTHS: tuple[Truth, ...] = get_args(Truth)
_NAME = re.compile(r"man_(?:seg|track)(?:(\d{3,})|_(\d{3,})_\d{3})\.tif", re.ASCII)


@dataclass(frozen=True)
class Reference:
    """One reference file, with labels of its own."""

    path: Path
    """The file."""
    frame: int
    """Number of the frame, as in the file's name."""
    z: int | None = None
    """The one slice that is annotated; None where the whole frame is."""


def find_seg_references(dataset_dir: Path, sequence: str, digits: int, truth: Truth = "GT") -> list[Reference]:
    """Find ``man_segT.tif`` and ``man_seg_T_Z.tif`` in the SEG folder, in plain name order.

    Files of other names are ignored, as the organizers' software does. The frame number has `digits` digits, the
    slice always three.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """
    number = rf"\d{{{digits}}}"
    pattern = re.compile(rf"man_seg(?:({number})|_({number})_(\d{{3}}))\.tif", re.ASCII)
    references = []
    for path, found in _matching_files(dataset_dir / f"{sequence}_{truth}" / "SEG", pattern):
        whole, frame, z = found.groups()
        references.append(Reference(path, int(whole or frame), None if z is None else int(z)))
    return references


def find_tra_references(dataset_dir: Path, sequence: str, digits: int, truth: Truth = "GT") -> list[Reference]:
    """Find ``man_trackT.tif`` in the TRA folder, in plain name order.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """
    pattern = re.compile(rf"man_track(\d{{{digits}}})\.tif", re.ASCII)
    found = _matching_files(dataset_dir / f"{sequence}_{truth}" / "TRA", pattern)
    return [Reference(path, int(match[1])) for path, match in found]


def has_references(dataset_dir: Path, sequence: str, truth: Truth) -> bool:
    """Tell whether a sequence has references of a kind."""
    return bool(_digits(dataset_dir / f"{sequence}_{truth}"))


def find_digits(dataset_dir: Path, sequence: str, truth: Truth = "GT") -> int:
    """Read the number of digits of the frame number off the names of the references.

    Raises
    ------
    FileNotFoundError
        If there is no reference; says so if there are some of the other kind.
    ValueError
        If the names disagree.
    """
    folder = dataset_dir / f"{sequence}_{truth}"
    digits = _digits(folder)
    if not digits:
        other = next(each for each in TRUTHS if each != truth)
        hint = (
            f"; {sequence}_{other} has some: add --truth {other}"
            if has_references(dataset_dir, sequence, other)
            else ""
        )
        raise FileNotFoundError(
            f"{folder}: no references, expected SEG/man_segT.tif, SEG/man_seg_T_Z.tif or TRA/man_trackT.tif{hint}"
        )
    if len(digits) > 1:
        raise ValueError(f"{folder}: frame numbers have {sorted(digits)} digits; say which ones count with --digits")
    return digits.pop()


def _digits(folder: Path) -> set[int]:
    """Read the numbers of digits off the names of references of both kinds."""
    names = [path.name for kind in ("SEG", "TRA") for path in sorted((folder / kind).glob("man_*.tif"))]
    return {len(found[1] or found[2]) for found in map(_NAME.fullmatch, names) if found}


def _matching_files(folder: Path, pattern: re.Pattern[str]) -> list[tuple[Path, re.Match[str]]]:
    """List the files of a folder whose whole name fits the pattern, by name."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder; expected the references of the sequence there")
    found = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.iterdir())]
    return [(path, match) for path, match in found if match and path.is_file()]
