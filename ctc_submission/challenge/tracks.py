"""Track files, ``man_track.txt`` and ``res_track.txt``: lines ``L B E P``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", re.ASCII)
_LARGEST_LABEL = 65535


@dataclass(frozen=True)
class Track:
    """One line ``L B E P`` of a track file."""

    label: int
    """Label of the object in the masks."""
    begin: int
    """Number of the first frame."""
    end: int
    """Number of the last frame."""
    parent: int
    """Label of the parent track, 0 without one."""


def read_tracks(path: Path) -> dict[int, Track]:
    """Read a track file as strictly as the organizers' software.

    Lines may come in any order, separated by any number of blanks or tabs, with any line ends and with or without a
    byte order mark and a last line end. Each holds exactly four whole numbers and nothing after them.

    Returns
    -------
    dict of int to Track
        Tracks by ascending label.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If a line is not as expected, or a label is there twice.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such track file; expected one line 'L B E P' per track")
    lines = re.split(r"\r\n|\r|\n", path.read_bytes().decode("utf-8-sig", errors="replace"))
    tracks: dict[int, Track] = {}
    for number, line in enumerate(lines if lines[-1] else lines[:-1], start=1):
        track = _parse_line(line, f"{path}: in incorrect format! (Line={number})")
        if track.label in tracks:
            raise ValueError(f"{path}: in incorrect format! label {track.label} is there twice, expected one line each")
        tracks[track.label] = track
    return dict(sorted(tracks.items()))


def format_tracks(tracks: Iterable[Track]) -> str:
    """Write tracks as the text of a track file, in the order given."""
    return "".join(f"{track.label} {track.begin} {track.end} {track.parent}\n" for track in tracks)


def _parse_line(line: str, where: str) -> Track:
    """Read one line of a track file."""
    found = _LINE.fullmatch(line)
    if not found:
        raise ValueError(f"{where} found '{line}', expected four whole numbers L B E P and nothing after them")
    track = Track(*map(int, found.groups()))
    if track.label > _LARGEST_LABEL or track.parent > _LARGEST_LABEL:
        raise ValueError(f"{where} found '{line}', expected labels up to {_LARGEST_LABEL}")
    if track.begin > track.end:
        raise ValueError(f"{where} found '{line}', expected a first frame not after the last")
    return track
