"""The reference files of a sequence, found by the organizers' naming rules."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reference:
    """One reference file, with labels of its own."""

    path: Path
    """The file."""
    frame: int
    """Number of the frame, as in the file's name."""
    z: int | None = None
    """The one slice that is annotated; None where the whole frame is."""


def find_seg_references(dataset_dir: Path, sequence: str, digits: int) -> list[Reference]:
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
    for path, found in _matching_files(dataset_dir / f"{sequence}_GT" / "SEG", pattern):
        whole, frame, z = found.groups()
        references.append(Reference(path, int(whole or frame), None if z is None else int(z)))
    return references


def find_tra_references(dataset_dir: Path, sequence: str, digits: int) -> list[Reference]:
    """Find ``man_trackT.tif`` in the TRA folder, in plain name order.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """
    pattern = re.compile(rf"man_track(\d{{{digits}}})\.tif", re.ASCII)
    found = _matching_files(dataset_dir / f"{sequence}_GT" / "TRA", pattern)
    return [Reference(path, int(match[1])) for path, match in found]


def find_digits(dataset_dir: Path, sequence: str) -> int:
    """Read the number of digits of the frame number off the names of the references.

    Raises
    ------
    FileNotFoundError
        If there is no reference.
    ValueError
        If the names disagree.
    """
    folder = dataset_dir / f"{sequence}_GT"
    pattern = re.compile(r"man_(?:seg|track)(?:(\d{3,})|_(\d{3,})_\d{3})\.tif", re.ASCII)
    names = [path.name for kind in ("SEG", "TRA") for path in sorted((folder / kind).glob("man_*.tif"))]
    digits = {len(found[1] or found[2]) for found in map(pattern.fullmatch, names) if found}
    if not digits:
        raise FileNotFoundError(
            f"{folder}: no references, expected SEG/man_segT.tif, SEG/man_seg_T_Z.tif or TRA/man_trackT.tif"
        )
    if len(digits) > 1:
        raise ValueError(f"{folder}: frame numbers have {sorted(digits)} digits; say which ones count with --digits")
    return digits.pop()


def _matching_files(folder: Path, pattern: re.Pattern[str]) -> list[tuple[Path, re.Match[str]]]:
    """List the files of a folder whose whole name fits the pattern, by name."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder; expected the references of the sequence there")
    found = [(path, pattern.fullmatch(path.name)) for path in sorted(folder.iterdir())]
    return [(path, match) for path, match in found if match and path.is_file()]
