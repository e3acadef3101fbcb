from ctc_submission.challenge.tracks import Track
from ctc_submission.reporting.charts import lineage_chart
from ctc_submission.reporting.links import count_events

TRACKS = {
    track.label: track
    for track in (Track(1, 0, 1, 0), Track(2, 2, 3, 1), Track(3, 2, 2, 1), Track(4, 1, 3, 0), Track(5, 0, 3, 0))
}


def test_births_divisions_and_deaths_are_counted_in_their_frames() -> None:
    links = count_events(TRACKS, range(4))

    assert links.births == (0, 1, 0, 0)
    assert links.divisions == (0, 0, 1, 0)
    assert links.deaths == (0, 0, 1, 0)


def test_daughters_stand_beside_their_mother() -> None:
    lines, jumps, ends = lineage_chart(count_events(TRACKS, range(4)))["data"]

    assert lines["x"][:9] == [0, 1, None, 2, 3, None, 2, 2, None]
    assert lines["y"][:9] == [0, 0, None, 1, 1, None, 2, 2, None]
    assert jumps["x"] == [1, 2, None, 1, 2, None]
    assert ends["text"][0] == "track 1, frames 0 to 1"
