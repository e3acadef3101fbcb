"""Tracks held against the images, and cut to the frames that are scored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ctc_submission.challenge.tracks import Track


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
