"""What links say over time: births, divisions, deaths and how long tracks are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctc_submission.challenge.tracks import Track, read_tracks
from ctc_submission.reporting.source import TRACK_FILE, ReportSource


@dataclass(frozen=True)
class LinkFacts:
    """Events of the tracks of a sequence."""

    tracks: tuple[Track, ...]
    """The tracks, by label."""
    births: tuple[int, ...]
    """For each frame, tracks that begin in it without a parent, after the first frame."""
    divisions: tuple[int, ...]
    """For each frame, parents whose daughters begin in it."""
    deaths: tuple[int, ...]
    """For each frame, tracks that end in it without children, before the last frame."""


def read_links(source: ReportSource) -> tuple[LinkFacts | None, str]:
    """Read the tracks beside the masks; None without them, and the reason where they cannot be read."""
    path = source.masks / TRACK_FILE
    if not path.is_file():
        return None, ""
    try:
        tracks = read_tracks(path)
    except ValueError as error:
        return None, str(error)
    return count_events(tracks, [frame.number for frame in source.frames]), ""


def count_events(tracks: Mapping[int, Track], frames: Sequence[int]) -> LinkFacts:
    """Count births, divisions and deaths in each of the frames, given by their numbers."""
    children = Counter(track.parent for track in tracks.values() if track.parent)
    births = Counter(track.begin for track in tracks.values() if not track.parent and track.begin != frames[0])
    deaths = Counter(track.end for track in tracks.values() if track.label not in children and track.end != frames[-1])
    mothers = {(track.begin, track.parent) for track in tracks.values() if children.get(track.parent, 0) > 1}
    divisions = Counter(frame for frame, _ in mothers)
    counted = [tuple(counter[frame] for frame in frames) for counter in (births, divisions, deaths)]
    return LinkFacts(tuple(tracks.values()), *counted)
