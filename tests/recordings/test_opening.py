"""What files that cannot be opened are told to need."""

import json
import os
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame
from ctc_submission.recordings.opening import open_file

STACK = np.zeros((2, 8, 9), np.uint16)


def test_headers_are_read_again_when_a_file_has_changed(tmp_path):
    path = tmp_path / "cell.tif"
    write_frame(path, STACK)
    first = open_file(path)
    assert open_file(path) is first
    write_frame(path, STACK[:1])
    os.utime(path, (1, 1))
    assert open_file(path).layout.info.shape == (1, 8, 9)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*none\.czi', expected an image"):
        open_file(tmp_path / "none.czi")


@pytest.mark.parametrize(
    ("name", "package", "message"),
    [
        ("cell.czi", "bioio", r"cell\.czi' needs the package bioio: pip install 'ctc-submission\[formats\]'"),
        ("cell.zarr", "zarr", r"cell\.zarr' needs the package zarr: pip install 'ctc-submission\[formats\]'"),
    ],
)
def test_a_missing_package_is_named(tmp_path, monkeypatch, name, package, message):
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / name).touch()
    with pytest.raises(OSError, match=message):
        open_file(tmp_path / name)


@pytest.mark.filterwarnings("ignore")
def test_a_missing_reader_is_named_with_its_license(tmp_path, monkeypatch):
    pytest.importorskip("bioio")
    if find_spec("bioio_czi"):
        pytest.skip("the reader is installed")
    (tmp_path / "cell.czi").write_bytes(b"no image")
    with pytest.raises(
        OSError, match=r"cell\.czi' needs a reader of bioio for such files: pip install bioio-czi \(GPL"
    ):
        open_file(tmp_path / "cell.czi")


def test_formats_that_say_what_their_axes_are_take_no_others(tmp_path):
    (tmp_path / "cell.zarr").mkdir()
    with pytest.raises(ValueError, match="says itself what its axes are, and axes is 'ZYX': leave --axes out"):
        open_file(tmp_path / "cell.zarr", "ZYX")


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (None, "cell.zarr' cannot be read"),
        ({}, "no multiscales metadata of OME"),
        ({"multiscales": [{"axes": ["q", "y", "x"], "datasets": [{"path": "0"}]}]}, "holds QYX of 2 x 8 x 9, expected"),
        ({"multiscales": [{"axes": ["z", "y", "x"], "datasets": [{"path": "7"}]}]}, "cell.zarr' cannot be read"),
        ({"multiscales": [{"axes": ["z", "y", "x"], "datasets": [{"path": "0"}]}]}, None),
    ],
)
def test_folders_that_hold_no_image_are_refused(tmp_path, attributes, message):
    zarr = pytest.importorskip("zarr", minversion="3")
    path = tmp_path / "cell.zarr"
    path.mkdir()
    if attributes is not None:
        group = zarr.open_group(path, mode="w", zarr_format=2)
        group.create_array("0", shape=STACK.shape, dtype=STACK.dtype)[...] = STACK
        (path / ".zattrs").write_text(json.dumps(attributes))
    if message is None:
        assert open_file(path).layout.info.spacing is None
    else:
        with pytest.raises(ValueError, match=message):
            open_file(path)
