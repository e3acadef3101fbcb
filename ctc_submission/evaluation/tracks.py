"""Track files, ``man_track.txt`` and ``res_track.txt``: reading them and holding them against the images."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """Read a track file as strictly as the organisers' software.

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


def cut_tracks(tracks: Mapping[int, Track], first: int, last: int) -> dict[int, Track]:
    """Cut tracks to the frames from `first` to `last`; a parent that ended before them is forgotten."""
    cut = {}
    for label, track in tracks.items():
        if track.begin <= last and track.end >= first:
            parent = tracks.get(track.parent)
            gone = parent is not None and parent.end < first
            begin, end = max(first, track.begin), min(last, track.end)
            cut[label] = replace(track, begin=begin, end=end, parent=0 if gone else track.parent)
    return cut


def check_tracks(tracks: Mapping[int, Track], labels: Sequence[Collection[int]], first: int, path: Path) -> None:
    """Hold tracks against the labels in the images.

    Parameters
    ----------
    tracks : mapping of int to Track
        Tracks by label.
    labels : sequence of collections of int
        Labels above 0 of each frame, from frame `first` on.
    first : int
        Number of the first frame.
    path : Path
        The track file, for messages.

    Raises
    ------
    ValueError
        If a track is missing in a frame of its span, a label is in no track, or a parent does not exist or does not
        end before its child begins.
    """
    last = first + len(labels) - 1
    for track in tracks.values():
        _check_parent(track, tracks, path)
        for frame in range(track.begin, track.end + 1):
            if not first <= frame <= last:
                raise ValueError(f"{path}: track {track.label} is in frame {frame}, expected {first} to {last} alone")
            if track.label not in labels[frame - first]:
                raise ValueError(f"{path}: track {track.label} is not in the mask of frame {frame}, expected it there")
    for frame, present in enumerate(labels, start=first):
        for label in present:
            track_of = tracks.get(label)
            if track_of is None or not track_of.begin <= frame <= track_of.end:
                raise ValueError(f"{path}: label {label} of frame {frame} is in no track, expected a track through it")


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


def _check_parent(track: Track, tracks: Mapping[int, Track], path: Path) -> None:
    """Refuse a parent that does not exist, or that does not end before its child begins."""
    if not track.parent:
        return
    parent = tracks.get(track.parent)
    if parent is None:
        raise ValueError(f"{path}: parent {track.parent} of track {track.label} does not exist, expected its track")
    if parent.end >= track.begin:
        raise ValueError(
            f"{path}: parent {parent.label} ends in frame {parent.end}, expected an end before its child "
            f"{track.label} begins in frame {track.begin}"
        )
