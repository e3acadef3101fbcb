import logging

import pytest

from ctc_submission.challenge.sequences import find_frames
from ctc_submission.challenge.strays import find_strays


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        (tmp_path / f"t{number:03d}.tif").touch()
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["t003.TIF", "t003.tiff", "T003.tif", "t3.tif", "t00003.tif", "t_003.tif", "t003.ome.tif", "t003 (1).tif", "t003",
     "t003.png", "t003.tif.gz", "frame003.tif", "t003a.Tif"],
)  # fmt: skip
def test_what_looks_like_a_frame_is_named(folder, name, caplog):
    (folder / name).touch()
    assert len(find_frames(folder)) == 3
    (line,) = caplog.messages
    assert line == f"{folder}: left out, as frames are named t000.tif: {name}"


def test_folders_and_dangling_links_named_as_frames_are_named(folder, caplog):
    (folder / "t003.tif").mkdir()
    (folder / "t004.tif").symlink_to(folder / "nowhere.tif")
    assert len(find_frames(folder)) == 3
    assert "t003.tif (a folder), t004.tif (a link that leads nowhere)" in caplog.text


def test_a_link_to_a_frame_is_taken(folder, caplog):
    (folder / "t003.tif").symlink_to(folder / "t000.tif")
    assert len(find_frames(folder)) == 4
    assert not caplog.messages


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "mask000.tif", "man_seg000.tif", ".t003.tif.part", "._t000.tif", "t1-protocol.txt"],
)
def test_other_files_are_not_mentioned(folder, name, caplog):
    (folder / name).touch()
    find_frames(folder)
    assert not caplog.messages


def test_masks_of_other_names_are_named_among_masks(tmp_path, caplog):
    for name in ("mask000.tif", "mask001.TIF", "t000.tif"):
        (tmp_path / name).touch()
    find_frames(tmp_path, "mask")
    assert "mask000.tif: mask001.TIF" in caplog.text


def test_a_gap_tells_of_files_that_might_fill_it(folder):
    (folder / "t001.tif").rename(folder / "t001.TIF")
    with pytest.raises(ValueError, match=r"lacks 1 frames \(t001\.tif\) .* and holds 1 files .* \(t001\.TIF\)"):
        find_frames(folder)


def test_the_line_goes_where_warnings_go(folder, caplog):
    (folder / "t003.TIF").touch()
    find_frames(folder)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert find_strays(folder, "t", {"t000.tif", "t001.tif", "t002.tif"}) == ["t003.TIF"]
