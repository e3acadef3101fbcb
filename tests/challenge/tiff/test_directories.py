import struct

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.tiff.directories import check_directories

STACK = np.arange(3 * 5 * 7, dtype=np.uint16).reshape(3, 5, 7)
KINDS = {
    "classic": {},
    "big-endian": {"byteorder": ">"},
    "BigTIFF": {"bigtiff": True},
    "ImageJ": {"imagej": True, "metadata": {"axes": "ZYX", "unit": "um"}},
    "no description": {"metadata": None},
}


@pytest.fixture(params=KINDS, ids=list(KINDS))
def path(request, tmp_path):
    path = tmp_path / "t000.tif"
    tifffile.imwrite(path, STACK, **{"photometric": "minisblack", **KINDS[request.param]})
    return path


def test_whole_files_pass(path):
    check_directories(path)


def test_a_cut_within_directories_or_tags_is_found(path):
    with tifffile.TiffFile(path) as file:
        needed = max(
            max(page.offset + file.tiff.tagnosize + len(page.tags) * file.tiff.tagsize for page in file.pages),
            max(tag.valueoffset + 4 for page in file.pages for tag in page.tags),
        )
    content = path.read_bytes()
    for end in (*range(0, needed, 37), needed - 1):
        path.write_bytes(content[:end])
        with pytest.raises(ValueError, match=r"t000.tif' is (empty|truncated|not a TIFF)"):
            check_directories(path)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"II", "not a TIFF file"),
        (b"\x89PNG\r\n\x1a\n", "not a TIFF file .it starts with b'.x89PNG'"),
        (b"II*\x00\x00\x00\x00\x00", "holds no page"),
        (b"II*\x00\xff\xff\xff\xff", "truncated: a directory ends at byte 4294967297 of 8"),
        (b"MM\x00+\x00\x08\x00\x00" + b"\xff" * 8, "truncated"),
        (b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00", "run in a circle"),
    ],
)
def test_what_is_no_tiff_is_refused(tmp_path, content, named):
    path = tmp_path / "t000.tif"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"t000.tif' .*{named}"):
        check_directories(path)


def test_types_of_the_future_are_left_alone(tmp_path):
    entry = struct.pack("<HHII", 65000, 99, 1000, 10**9)
    (tmp_path / "t000.tif").write_bytes(b"II*\x00" + struct.pack("<IH", 8, 1) + entry + bytes(4))
    check_directories(tmp_path / "t000.tif")
