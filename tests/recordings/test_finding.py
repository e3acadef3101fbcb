"""Which files of a folder are frames, in which order, and how their masks are named."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import find_frames, write_frame
from ctc_submission.recordings.finding import describe_recording, find_recording
from ctc_submission.recordings.reading import read_info, read_stack

STACK = np.arange(2 * 8 * 9, dtype=np.uint16).reshape(2, 8, 9)


def folder_of(folder: Path, *names: str) -> Path:
    for name in names:
        write_frame(folder / name, STACK)
    return folder


def masks(folder: Path, **options: str) -> list[str]:
    return [frame.mask_name for frame in find_recording(folder, **options)]


def test_numbered_frames_are_a_sequence_whatever_else_is_there(tmp_path):
    folder_of(tmp_path, "t000.tif", "t001.tif", "embryo.tif")
    assert find_recording(tmp_path) == find_frames(tmp_path)
    assert masks(tmp_path) == ["mask000.tif", "mask001.tif"]


def test_files_of_any_name_are_in_natural_order_and_masks_are_named_after_them(tmp_path):
    folder_of(tmp_path, "cell 10.tif", "cell 9.tiff", "Cell 2.ome.tif", "cell 2.ome_mask.tif", "mask000.tif", ".x.tif")
    (tmp_path / "notes.txt").touch()
    frames = find_recording(tmp_path)
    assert [frame.name for frame in frames] == ["Cell 2.ome.tif", "cell 9.tiff", "cell 10.tif"]
    assert [frame.mask_name for frame in frames] == ["Cell 2_mask.tif", "cell 9_mask.tif", "cell 10_mask.tif"]
    assert all(frame.part is None for frame in frames)
    assert describe_recording(frames) == "3, Cell 2.ome.tif to cell 10.tif"


def test_a_pattern_chooses_files(tmp_path):
    folder_of(tmp_path, "t000.tif", "a_C1.tif", "a_C2.tif", "b_C1.tif")
    assert masks(tmp_path, pattern="*_C1.tif") == ["a_C1_mask.tif", "b_C1_mask.tif"]
    with pytest.raises(
        FileNotFoundError, match=r"holds no file like '\*_C3.tif', but a_C1.tif, .*: name another pattern"
    ):
        find_recording(tmp_path, pattern="*_C3.tif")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        find_recording(tmp_path / "none", pattern="*")
    with pytest.raises(ValueError, match="is one file, and --pattern"):
        find_recording(tmp_path / "t000.tif", pattern="*")


def test_masks_of_one_name_are_refused(tmp_path):
    folder_of(tmp_path, "a.tif", "a.tiff")
    with pytest.raises(ValueError, match=r"holds a\.tiff? and a\.tiff?, whose masks would both be a_mask\.tif"):
        find_recording(tmp_path)


def test_a_folder_without_images_is_no_recording(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(FileNotFoundError, match=r"holds 1 other files \(notes.txt\), expected frames named t000.tif"):
        find_recording(tmp_path)


def test_channels_of_files_in_a_folder_are_chosen(tmp_path):
    for name in ("a", "b"):
        tifffile.imwrite(
            tmp_path / f"{name}.tif", np.stack([STACK, STACK + 1], 1), imagej=True, metadata={"axes": "ZCYX"}
        )
    with pytest.raises(ValueError, match=r"a\.tif' holds 2 channels, expected one: choose it by --channel: 0, 1"):
        find_recording(tmp_path)
    frames = find_recording(tmp_path, channel="1")
    np.testing.assert_array_equal(read_stack(frames[1]), STACK + 1)
    assert frames[1].mask_name == "b_mask.tif"
    assert describe_recording(frames) == "2, a.tif to b.tif, channel 1"


def test_frames_travel_to_other_processes(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", STACK, imagej=True, metadata={"axes": "TYX"})
    frames = find_recording(tmp_path / "a.tif")
    assert pickle.loads(pickle.dumps(frames)) == frames
    assert len(set(frames)) == 2


def test_movies_of_a_folder_are_segmented_one_by_one(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", STACK, imagej=True, metadata={"axes": "TYX"})
    (frame,) = find_recording(tmp_path, channel="0")
    with pytest.raises(ValueError, match="holds 2 time points, expected one .*: segment this file by itself"):
        read_info(frame)
