from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctc_submission.challenge.tracks import Track
from ctc_submission.evaluation.track_checks import check_tracks
from ctc_submission.linking.lineage import build_lineage

WORLDS = {
    "one cell": ([((0, 5), (1, 2)), ((1, 2), (2, 8))], [Track(1, 0, 2, 0)]),
    "a cell without links": ([], [Track(1, 0, 0, 0), Track(2, 1, 1, 0), Track(3, 2, 2, 0)]),
    "a division": (
        [((0, 5), (1, 2)), ((0, 5), (1, 3)), ((1, 3), (2, 8))],
        [Track(1, 0, 0, 0), Track(2, 1, 1, 1), Track(3, 1, 2, 1)],
    ),
    "a gap": ([((0, 5), (2, 8))], [Track(1, 0, 0, 0), Track(2, 1, 1, 0), Track(3, 2, 2, 1)]),
    "a daughter that is late": (
        [((0, 5), (1, 2)), ((0, 5), (2, 8))],
        [Track(1, 0, 0, 0), Track(2, 1, 1, 1), Track(3, 2, 2, 1)],
    ),
}


@pytest.mark.parametrize(("links", "tracks"), WORLDS.values(), ids=WORLDS)
def test_tracks(links, tracks):
    objects = {(0, 5), (1, 2), (2, 8), *(node for link in links for node in link)}
    lineage = build_lineage(objects, links)
    assert list(lineage.tracks) == tracks
    assert lineage.labels.keys() == objects


def test_objects_know_their_track():
    lineage = build_lineage([(3, 9), (4, 1), (4, 7)], [((3, 9), (4, 7))])
    assert lineage.labels == {(3, 9): 1, (4, 7): 1, (4, 1): 2}


def test_only_two_children_make_a_division():
    links = [((0, 1), (1, 1)), ((0, 1), (1, 2)), ((0, 3), (2, 3))]
    assert build_lineage([node for link in links for node in link], links).divisions == 1


def test_more_tracks_than_16_bits_number_are_refused():
    assert len(build_lineage([(0, label) for label in range(1, 65536)], []).tracks) == 65535
    with pytest.raises(ValueError, match="found 65536 tracks, but 16 bits number 65535"):
        build_lineage([(0, label) for label in range(1, 65537)], [])


@st.composite
def forests(draw):
    """Objects of six frames and, for some, a link from an object of an earlier frame that has fewer than two."""
    objects = [(frame, label) for frame in range(6) for label in range(1, 1 + draw(st.integers(0, 4)))]
    links = []
    for node in objects:
        free = [each for each in objects if each[0] < node[0] and sum(link[0] == each for link in links) < 2]
        if free and draw(st.booleans()):
            links.append((draw(st.sampled_from(free)), node))
    return objects, links


@given(forests())
def test_every_lineage_is_one_that_the_challenge_takes(forest):
    objects, links = forest
    lineage = build_lineage(objects, links)
    frames = [{lineage.labels[node] for node in objects if node[0] == frame} for frame in range(6)]
    assert sum(map(len, frames)) == len(objects)
    check_tracks({track.label: track for track in lineage.tracks}, frames, 0, Path("res_track.txt"))
