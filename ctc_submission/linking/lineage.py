"""From links between objects to tracks, as the challenge's ``res_track.txt`` has them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ctc_submission.challenge.tracks import Track

Node = tuple[int, int]
"""An object: number of its frame, label in its mask."""
Link = tuple[Node, Node]
"""From an object to the same cell, or to its child, in a later frame."""

_MOST_TRACKS = 65535


@dataclass(frozen=True)
class Lineage:
    """Tracks and the objects they consist of."""

    tracks: tuple[Track, ...]
    """Tracks by label, numbered from 1 by their first frame and, within it, by the label of the first object."""
    labels: Mapping[Node, int]
    """Label of the track that each object belongs to."""

    @property
    def divisions(self) -> int:
        """Number of tracks with more than one child."""
        children = Counter(track.parent for track in self.tracks if track.parent)
        return sum(count > 1 for count in children.values())


def build_lineage(objects: Iterable[Node], links: Iterable[Link]) -> Lineage:
    """Join linked objects to tracks.

    A track goes on along a link to the very next frame that is the only one to leave its object. Any other link, of a
    division or over frames in which the cell is missing, ends the track, and the later object begins a child of it. So
    each track is present in every frame of its span, and each parent ends before its children begin.

    Parameters
    ----------
    objects : iterable of Node
        Every object.
    links : iterable of Link
        Between these objects, forward in time; at most one ends at each.

    Raises
    ------
    ValueError
        If there are more tracks than 16 bits can number.
    """
    before = {later: earlier for earlier, later in links}
    followers = Counter(before.values())
    labels: dict[Node, int] = {}
    tracks: list[Track] = []
    for node in sorted(objects):
        earlier = before.get(node)
        parent = labels[earlier] if earlier else 0
        if earlier and followers[earlier] == 1 and node[0] == earlier[0] + 1:
            labels[node] = parent
            tracks[parent - 1] = replace(tracks[parent - 1], end=node[0])
        else:
            labels[node] = len(tracks) + 1
            tracks.append(Track(labels[node], node[0], node[0], parent))
    if len(tracks) > _MOST_TRACKS:
        raise ValueError(f"found {len(tracks)} tracks, but 16 bits number {_MOST_TRACKS}: remove the smallest objects")
    return Lineage(tuple(tracks), labels)
