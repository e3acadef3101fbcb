import pytest

from ctc_submission.challenge.tracks import Track, format_tracks, read_tracks

TRACKS = {1: Track(1, 0, 3, 0), 2: Track(2, 4, 6, 1)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "res_track.txt"


@pytest.mark.parametrize(
    "content",
    [
        b"1 0 3 0\n2 4 6 1\n",
        b"2 4 6 1\n1 0 3 0\n",
        b"1\t0\t3\t0\n2 4\t6 1\n",
        b"1   0 3  0\n  2 4 6 1\n",
        b"1 0 3 0\r\n2 4 6 1\r\n",
        b"\xef\xbb\xbf1 0 3 0\n2 4 6 1\n",
        b"1 0 3 0\n2 4 6 1",
    ],
    ids=["plain", "any order", "tabs", "several blanks", "CRLF", "byte order mark", "no last line end"],
)
def test_reads_every_fine_form(path, content):
    path.write_bytes(content)
    assert read_tracks(path) == TRACKS
    assert list(read_tracks(path)) == [1, 2]


@pytest.mark.parametrize(
    "line",
    [b"2 4 6 1 ", b"", b"L B E P", b"2 4 6", b"2 4 6 1 0", b"2 4.0 6 1", b"65536 4 6 1", b"2 4 6 65536", b"-2 4 6 1"],
    ids=["trailing blank", "empty", "header", "3", "5", "float", "label", "parent", "negative"],
)
def test_refuses_every_other_form_and_names_the_line(path, line):
    path.write_bytes(b"1 0 3 0\n" + line + b"\n3 0 1 0\n")
    with pytest.raises(ValueError, match=r"res_track\.txt: in incorrect format! \(Line=2\) found '.*', expected"):
        read_tracks(path)


def test_refuses_an_end_before_the_beginning(path):
    path.write_text("1 3 2 0\n")
    with pytest.raises(ValueError, match=r"\(Line=1\).*first frame not after the last"):
        read_tracks(path)


def test_refuses_a_label_twice(path):
    path.write_text("1 0 3 0\n1 4 6 0\n")
    with pytest.raises(ValueError, match="label 1 is there twice"):
        read_tracks(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(FileNotFoundError, match=r"res_track\.txt: no such track file"):
        read_tracks(path)


def test_what_is_written_is_read(path):
    path.write_text(format_tracks(TRACKS.values()))
    assert read_tracks(path) == TRACKS
