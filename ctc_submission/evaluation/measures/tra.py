"""TRA and LNK, the challenge's tracking and linking accuracies.

Both tell what it costs to turn the result's graph of objects and links into the reference's (AOGM).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ctc_submission.challenge.tracks import Track
from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.measures.definition import Measure
from ctc_submission.evaluation.measures.det import MISSED_PENALTY, VertexErrors

REDUNDANT_PENALTY = 1.0
"""Cost of a result edge to be deleted."""
MISSING_PENALTY = 1.5
"""Cost of a reference edge to be added."""
SEMANTICS_PENALTY = 1.0
"""Cost of a result edge that is a parent link where the reference's is none, or the other way round."""

Vertex = tuple[int, int]
"""An object: number of the frame, label."""
Edge = tuple[Vertex, Vertex]
"""From an object to the same one or to its child in a later frame."""


@dataclass(frozen=True)
class EdgeErrors:
    """Errors among the edges, by ascending label of the later end and then by frame."""

    redundant: tuple[Edge, ...]
    """Result edges to be deleted."""
    missing: tuple[Edge, ...]
    """Reference edges to be added."""
    semantics: tuple[Edge, ...]
    """Result edges of the wrong kind."""
    edges: int
    """Number of all reference edges."""

    def cost(self) -> float:
        """Add up the penalties."""
        return (
            REDUNDANT_PENALTY * len(self.redundant)
            + MISSING_PENALTY * len(self.missing)
            + SEMANTICS_PENALTY * len(self.semantics)
        )


def find_edge_errors(
    reference_tracks: Mapping[int, Track],
    result_tracks: Mapping[int, Track],
    frames: Iterable[tuple[int, Matching]],
) -> EdgeErrors:
    """Compare the edges of the result with those of the reference.

    Only vertices that are paired one to one count as paired: a result object that matches several reference objects
    stands for none of them.

    Parameters
    ----------
    reference_tracks, result_tracks : mapping of int to Track
        Tracks by label, in agreement with the images.
    frames : iterable of (int, Matching)
        Number and matched objects of each frame that has a reference.
    """
    pairs = list(_vertex_pairs(frames))
    to_result, to_reference = dict(pairs), {result: reference for reference, result in pairs}
    expected, found = dict(_edges(reference_tracks)), dict(_edges(result_tracks))
    missing = [edge for edge in expected if _translate(edge, to_result) not in found]
    redundant, semantics = [], []
    for edge, is_parent_link in found.items():
        counterpart = _translate(edge, to_reference)
        if counterpart is not None and counterpart not in expected:
            redundant.append(edge)
        elif counterpart is not None and expected[counterpart] != is_parent_link:
            semantics.append(edge)
    return EdgeErrors(tuple(redundant), tuple(missing), tuple(semantics), len(expected))


def tra(vertices: VertexErrors, edges: EdgeErrors) -> float:
    """TRA = 1 - min(cost, E) / E, E = 10 V + 1.5 (number of reference edges), V the number of reference objects.

    Raises
    ------
    ValueError
        If there is no reference object at all.
    """
    if not vertices.objects:
        raise ValueError("no reference marker found: expected at least one track in man_track.txt")
    worst = MISSED_PENALTY * vertices.objects + MISSING_PENALTY * edges.edges
    return 1 - min(vertices.cost() + edges.cost(), worst) / worst


def lnk(edges: EdgeErrors) -> float | None:
    """LNK: the edge errors alone, over the cost of adding every reference edge; None without reference edges."""
    worst = MISSING_PENALTY * edges.edges
    return 1 - min(edges.cost(), worst) / worst if worst else None


def _vertex_pairs(frames: Iterable[tuple[int, Matching]]) -> Iterator[tuple[Vertex, Vertex]]:
    """List the reference and result vertices that are paired one to one."""
    for frame, matching in frames:
        single = set(matching.result_labels[matching.result_counts == 1].tolist())
        for label, match in zip(matching.labels.tolist(), matching.matches.tolist(), strict=True):
            if match in single:
                yield (frame, label), (frame, match)


def _edges(tracks: Mapping[int, Track]) -> Iterator[tuple[Edge, bool]]:
    """All edges of tracks and whether each is a parent link, by label and then by frame."""
    for label, track in sorted(tracks.items()):
        if track.parent:
            yield ((tracks[track.parent].end, track.parent), (track.begin, label)), True
        for frame in range(track.begin, track.end):
            yield ((frame, label), (frame + 1, label)), False


def _translate(edge: Edge, partners: Mapping[Vertex, Vertex]) -> Edge | None:
    """Find the edge between the partners of an edge's ends; None if one of them has no partner."""
    start, end = partners.get(edge[0]), partners.get(edge[1])
    return None if start is None or end is None else (start, end)


TRA = Measure(
    "tra",
    "TRA",
    "how well cells are tracked: as DET, with the cost of links",
    lambda found: tra(found.vertices, found.edges) if found.vertices and found.edges else None,
)
LNK = Measure(
    "lnk",
    "LNK",
    "how well cells are linked: the cost of links alone",
    lambda found: lnk(found.edges) if found.edges else None,
)
