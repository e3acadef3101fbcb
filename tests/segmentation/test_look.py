import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import find_frames, read_frame_info
from ctc_submission.segmentation.look import look_at_frames, tell_what_was_guessed


def write_pages(path, shape=(3, 20, 30), photometric="minisblack"):
    with tifffile.TiffWriter(path) as writer:
        for plane in np.zeros(shape, np.uint8):
            writer.write(plane, photometric=photometric, metadata=None)


@pytest.fixture
def folder(tmp_path):
    for number in range(4):
        write_pages(tmp_path / f"t{number:03d}.tif")
    return tmp_path


def test_frames_that_cannot_be_read_or_are_unlike_most_are_told_from_the_others(folder):
    (folder / "t000.tif").write_bytes(b"")
    write_pages(folder / "t002.tif", (3, 20, 31))
    look = look_at_frames(find_frames(folder), None)
    assert [path.name for path in look.infos] == ["t001.tif", "t003.tif"]
    assert {path.name: reason.split("'")[-1] for path, reason in look.refused.items()}.keys() == {
        "t000.tif",
        "t002.tif",
    }
    assert "t002.tif' is 3 x 20 x 31 uint8, but 't001.tif' is 3 x 20 x 30" in look.refused[find_frames(folder)[2]]
    assert look.first.path.name == "t001.tif"


def test_halves_of_two_sizes_are_refused(folder):
    for number in (2, 3):
        write_pages(folder / f"t{number:03d}.tif", (3, 20, 31))
    with pytest.raises(ValueError, match=r"t002\.tif' is 3 x 20 x 31"):
        look_at_frames(find_frames(folder), None)


def test_the_error_of_the_first_is_raised_where_none_can_be_read(folder):
    for path in folder.iterdir():
        path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"t000\.tif' is empty"):
        look_at_frames(find_frames(folder), None)


def test_what_is_guessed_is_told_unless_it_is_stated(folder, caplog):
    first = read_frame_info(folder / "t000.tif")
    tell_what_was_guessed(first, 3)
    tell_what_was_guessed(read_frame_info(folder / "t000.tif", axes="ZYX"), None)
    assert not caplog.messages
    tell_what_was_guessed(first, None)
    assert "3 pages are taken for slices, a guess: say --axes ZYX if that is so" in caplog.text
    write_pages(folder / "t000.tif", photometric="miniswhite")
    tell_what_was_guessed(read_frame_info(folder / "t000.tif"), 3)
    assert "0 is white in the file, so intensities are inverted" in caplog.text
