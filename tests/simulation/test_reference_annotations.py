import numpy as np
import pytest

from ctc_submission.challenge.tracks import Track, format_tracks
from ctc_submission.simulation.reference_annotations import choose_annotated_slices, collect_tracks, mark_cells


@pytest.fixture
def labels():
    stack = np.zeros((6, 20, 30), np.int32)
    stack[1:4, 2:9, 2:9] = 5
    stack[2, 2:9, 2:12] = 5
    stack[4, 10:12, 0:1] = 9
    stack[5, 15, 15] = 2
    return stack


def test_every_cell_has_a_marker_inside_itself(labels):
    markers = mark_cells(labels)
    assert set(np.unique(markers)) == {0, 2, 5, 9}
    assert np.all((markers == 0) | (markers == labels))
    assert 0 < np.count_nonzero(markers == 5) < np.count_nonzero(labels[2] == 5)
    assert not np.any(markers[[1, 3]])


def test_tracks_span_the_frames_of_their_cells():
    tracks = collect_tracks([{1: 0, 2: 0}, {1: 0}, {3: 1, 4: 1}])
    assert tracks == [Track(1, 0, 1, 0), Track(2, 0, 0, 0), Track(3, 2, 2, 1), Track(4, 2, 2, 1)]
    assert format_tracks(tracks) == "1 0 1 0\n2 0 0 0\n3 2 2 1\n4 2 2 1\n"


def test_a_track_with_a_hole_is_refused():
    with pytest.raises(ValueError, match="cell 1 is in frames 0 and 2"):
        collect_tracks([{1: 0}, {}, {1: 0}])


def test_chosen_slices_hold_cells_and_lie_within_the_limits(labels):
    assert choose_annotated_slices(labels, (0, 4), np.random.default_rng(0), count=9) == [1, 2, 3, 4]
    assert choose_annotated_slices(labels, (5, 99), np.random.default_rng(0)) == [5]
    assert choose_annotated_slices(np.zeros_like(labels), (0, 5), np.random.default_rng(0)) == []


def test_slices_with_several_cells_are_preferred(labels):
    labels[3, 15:18, 20:25] = 7
    assert all(3 in choose_annotated_slices(labels, (0, 5), np.random.default_rng(seed)) for seed in range(5))


def test_slices_with_few_cells_are_passed_over_where_a_share_is_asked_for():
    labels = np.zeros((4, 10, 10), np.int32)
    for z, cells in enumerate((1, 3, 2, 4)):
        labels[z, 0, :cells] = np.arange(1, cells + 1)
    chosen = [choose_annotated_slices(labels, (0, 3), np.random.default_rng(seed), share=0.6) for seed in range(8)]
    assert all(each == [1, 3] for each in chosen)
    assert {z for seed in range(20) for z in choose_annotated_slices(labels, (0, 3), np.random.default_rng(seed))} == {
        1,
        2,
        3,
    }
