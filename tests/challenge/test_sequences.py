from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.frames import FrameInfo
from ctc_submission.challenge.sequences import FrameFile, check_same_geometry, find_frames

REAL = Path(__file__).parents[3] / "shared" / "data" / "celegans-embryo"


def make(folder, *names):
    for name in names:
        (folder / name).touch()


def info(name, shape=(3, 5, 7), dtype=np.uint16):
    return FrameInfo(
        path=Path(name),
        shape=shape,
        dtype=np.dtype(dtype),
        axes="ZYX",
        spacing=None,
        compression="none",
        is_tiled=False,
        file_bytes=1000,
    )


@pytest.mark.parametrize(
    ("names", "prefix", "numbers", "digits"),
    [
        (("t002.tif", "t000.tif", "t001.tif"), "t", [0, 1, 2], 3),
        (("t0009.tif", "t0010.tif"), "t", [9, 10], 4),
        (("t150.tif", "t151.tif"), "t", [150, 151], 3),
        (("mask000.tif",), "mask", [0], 3),
        (("man_track000.tif", "man_track.txt"), "man_track", [0], 3),
    ],
)
def test_frames_are_listed_in_time(tmp_path, names, prefix, numbers, digits):
    make(tmp_path, *names)
    frames = find_frames(tmp_path, prefix)
    assert frames == [FrameFile(tmp_path / f"{prefix}{n:0{digits}d}.tif", n, digits) for n in numbers]


def test_other_files_are_ignored(tmp_path):
    make(
        tmp_path, "t000.tif", "t001.tiff", "T002.tif", "t003.TIF", "xt004.tif", "t005.tif.part", ".t006.tif", "t07.tif"
    )
    make(tmp_path, "mask008.tif", "t00009.tif", "t-10.tif", "t\u0660\u0660\u0660.tif", "Thumbs.db")
    (tmp_path / "t001.tif").mkdir()
    assert [frame.path.name for frame in find_frames(tmp_path)] == ["t000.tif"]


def test_the_folder_may_be_a_string(tmp_path):
    make(tmp_path, "t000.tif")
    assert find_frames(str(tmp_path))[0].path == tmp_path / "t000.tif"


def test_a_prefix_is_taken_literally(tmp_path):
    make(tmp_path, "t000.tif", "x000.tif")
    with pytest.raises(FileNotFoundError):
        find_frames(tmp_path, ".")


def test_slice_references_are_no_frames(tmp_path):
    make(tmp_path, "man_seg_000_003.tif", "man_seg004.tif", "man_seg009.tif")
    assert [frame.number for frame in find_frames(tmp_path, "man_seg", allow_gaps=True)] == [4, 9]


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        ((0, 2), r"lacks 1 frames \(t001.tif\) between t000.tif and t002.tif"),
        ((5, 6, 8, 10), r"2 frames \(t007.tif, t009.tif\)"),
        ((0, 20), r"19 frames \(t001.tif, t002.tif, t003.tif, t004.tif, t005.tif, ...\)"),
    ],
)
def test_gaps_are_named(tmp_path, numbers, named):
    make(tmp_path, *(f"t{number:03d}.tif" for number in numbers))
    with pytest.raises(ValueError, match=named):
        find_frames(tmp_path)
    assert [frame.number for frame in find_frames(tmp_path, allow_gaps=True)] == list(numbers)


@pytest.mark.parametrize("names", [("t000.tif", "t0001.tif"), ("t001.tif", "t0001.tif"), ("t999.tif", "t1000.tif")])
def test_mixed_digits_are_refused(tmp_path, names):
    make(tmp_path, *names)
    with pytest.raises(ValueError, match=f"mixes three and four digits, such as {names[0]} and {names[1]}"):
        find_frames(tmp_path, allow_gaps=True)


@pytest.mark.parametrize(
    ("names", "named"),
    [
        ((), "holds nothing, expected frames named t000.tif, t001.tif"),
        (("t000.tiff", "t001.tiff"), r"2 other files \(t000.tiff, t001.tiff\).*three or four digits"),
        (tuple(f"img_{i}.png" for i in range(9)), r"9 other files \(img_0.png, .*img_4.png, ...\)"),
    ],
)
def test_a_folder_without_frames_is_described(tmp_path, names, named):
    make(tmp_path, *names)
    with pytest.raises(FileNotFoundError, match=named):
        find_frames(tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder '.*01', expected .*mask000.tif"):
        find_frames(tmp_path / "01", "mask")


def test_a_file_is_no_folder(tmp_path):
    make(tmp_path, "t000.tif")
    with pytest.raises(NotADirectoryError, match="is a file, expected a folder"):
        find_frames(tmp_path / "t000.tif")


@pytest.mark.skipif(not REAL.exists(), reason="needs the real data")
def test_real_sequence_and_references():
    assert [frame.number for frame in find_frames(REAL / "01")] == list(range(12))
    assert len(find_frames(REAL / "01_GT" / "TRA", "man_track")) == 12


def test_alike_frames_pass():
    check_same_geometry([info("t000.tif"), info("t001.tif")])
    check_same_geometry([])


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        ({"shape": (4, 5, 7)}, "'t001.tif' is 4 x 5 x 7 uint16, but 't000.tif' is 3 x 5 x 7 uint16"),
        ({"shape": (3, 7, 5)}, "3 x 7 x 5"),
        ({"dtype": np.uint8}, "'t001.tif' is 3 x 5 x 7 uint8"),
    ],
)
def test_the_first_frame_that_differs_is_named(odd, named):
    with pytest.raises(ValueError, match=named):
        check_same_geometry([info("t000.tif"), info("t001.tif", **odd), info("t002.tif", **odd)])
