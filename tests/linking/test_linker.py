import sys

import numpy as np
import pytest

from ctc_submission.linking.linker import fit_parameters, link_objects
from ctc_submission.linking.linking_parameters import LinkingParameters
from ctc_submission.linking.objects import FrameObjects

CUBES = (1.0, 1.0, 1.0)
SHORT = LinkingParameters(max_distance=5, max_division_distance=8)


def frames_of(*frames: dict) -> list[FrameObjects]:
    """Frames from 3 on, each with the places (z, y, x) of its objects by label."""
    return [
        FrameObjects(
            number, np.array(sorted(places), int), np.array([places[each] for each in sorted(places)]).reshape(-1, 3)
        )
        for number, places in enumerate(frames, start=3)
    ]


def link(*frames: dict, spacing=CUBES, parameters=SHORT) -> set:
    return set(link_objects(frames_of(*frames), spacing, parameters))


def test_cells_are_followed_whatever_their_labels():
    links = link({1: (0, 0, 0), 2: (0, 0, 20)}, {9: (0, 1, 18), 4: (0, 2, 1)}, {1: (0, 2, 17), 2: (0, 2, 3)})
    assert links == {((3, 1), (4, 4)), ((3, 2), (4, 9)), ((4, 9), (5, 1)), ((4, 4), (5, 2))}


def test_the_whole_is_best_not_each():
    assert link({1: (0, 0, 0), 2: (0, 0, 4)}, {1: (0, 0, 3), 2: (0, 0, 7)}) == {((3, 1), (4, 1)), ((3, 2), (4, 2))}


def test_none_moves_further_than_allowed():
    assert link({1: (0, 0, 0)}, {1: (0, 0, 4.9)}) == {((3, 1), (4, 1))}
    assert link({1: (0, 0, 0), 2: (0, 50, 0)}, {1: (0, 0, 8.1), 2: (0, 50, 0)}) == {((3, 2), (4, 2))}


def test_a_division():
    frames = {1: (0, 0, 0)}, {1: (0, 0, -4), 2: (0, 0, 6)}
    assert link(*frames) == {((3, 1), (4, 1)), ((3, 1), (4, 2))}
    assert link(*frames, parameters=LinkingParameters(5, 0)) == {((3, 1), (4, 1))}


def test_a_new_cell_at_the_side_is_no_daughter():
    assert link({1: (0, 0, 0)}, {1: (0, 0, 0), 2: (0, 0, 6)}) == {((3, 1), (4, 1))}


def test_distances_respect_the_voxel_size():
    before, after = {1: (0, 0, 0), 2: (1, 0, 4)}, {1: (1, 0, 0), 2: (0, 0, 4)}
    assert link(before, after) == {((3, 1), (4, 1)), ((3, 2), (4, 2))}
    assert link(before, after, spacing=(6, 1, 1)) == {((3, 1), (4, 2)), ((3, 2), (4, 1))}


@pytest.mark.parametrize(("max_gap", "links"), [(0, set()), (1, set()), (2, {((3, 1), (6, 1))})])
def test_a_gap_is_bridged_only_where_it_may_be(max_gap, links):
    assert link({1: (0, 0, 0)}, {}, {}, {1: (0, 0, 1)}, parameters=LinkingParameters(5, 8, max_gap)) == links


@pytest.mark.parametrize("frames", [[{}], [{}, {}], [{1: (0, 0, 0)}]])
def test_with_nothing_to_link_there_is_no_link(frames):
    assert link(*frames) == set()


def test_lengths_follow_from_the_neighbors_unless_given():
    frames = frames_of({1: (0, 0, 0), 2: (0, 0, 10)}, {}, {1: (1, 0, 0), 2: (0, 0, 0), 3: (0, 0, 9)})
    assert fit_parameters(frames, (10, 1, 1), LinkingParameters()) == LinkingParameters(6, 8)
    assert fit_parameters(frames, CUBES, SHORT) == SHORT


def test_a_lone_cell_may_go_anywhere():
    frames = frames_of({1: (0, 0, 0)}, {1: (9, 300, 400)})
    fitted = fit_parameters(frames, CUBES, LinkingParameters())
    assert link_objects(frames, CUBES, fitted) == [((3, 1), (4, 1))]


def test_without_laptrack_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "laptrack", None)
    with pytest.raises(OSError, match=r"linking needs laptrack: pip install 'ctc-submission\[tracking\]'"):
        link({1: (0, 0, 0)})
