import pytest

from ctc_submission.challenge.tracks import Track
from ctc_submission.evaluation.track_checks import check_tracks, cut_tracks

TRACKS = {1: Track(1, 0, 3, 0), 2: Track(2, 4, 6, 1)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "res_track.txt"


def test_cutting_to_a_span():
    tracks = {1: Track(1, 0, 3, 0), 2: Track(2, 4, 9, 1), 3: Track(3, 10, 12, 2), 4: Track(4, 0, 20, 0)}
    assert cut_tracks(tracks, 5, 8) == {2: Track(2, 5, 8, 0), 4: Track(4, 5, 8, 0)}
    assert cut_tracks(tracks, 3, 4)[2] == Track(2, 4, 4, 1)


def test_tracks_that_agree(path):
    check_tracks(TRACKS, [{1}, {1}, {1}, {1}, {2}, {2}, {2}], 0, path)
    check_tracks({5: Track(5, 5, 6, 0)}, [{5}, {5}], 5, path)


@pytest.mark.parametrize(
    ("tracks", "labels", "problem"),
    [
        ([Track(1, 0, 1, 0)], [{1}, set()], "track 1 is not in the mask of frame 1"),
        ([Track(1, 0, 2, 0)], [{1}, {1}], "track 1 is in frame 2, expected 0 to 1 alone"),
        ([Track(1, 0, 1, 0)], [{1}, {1, 9}], "label 9 of frame 1 is in no track"),
        ([Track(1, 0, 0, 0)], [{1}, {1}], "label 1 of frame 1 is in no track"),
        ([Track(1, 0, 1, 7)], [{1}, {1}], "parent 7 of track 1 does not exist"),
        ([Track(1, 0, 1, 0), Track(2, 1, 1, 1)], [{1}, {1, 2}], "parent 1 ends in frame 1, expected an end before"),
    ],
)
def test_tracks_that_do_not_agree(path, tracks, labels, problem):
    with pytest.raises(ValueError, match=rf"res_track\.txt: {problem}"):
        check_tracks({track.label: track for track in tracks}, labels, 0, path)
