import errno
import os
import resource
import struct

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.frames import read_frame, read_frame_info
from ctc_submission.challenge.tiff import writing
from ctc_submission.challenge.tiff.writing import write_frame, write_mask

IMAGE_WIDTH, IMAGE_LENGTH, BITS, COMPRESSION, PHOTOMETRIC, DESCRIPTION = 256, 257, 258, 259, 262, 270
SAMPLES, SOFTWARE, DATETIME, TILE_WIDTH, EXTRA_SAMPLES, SAMPLE_FORMAT = 277, 305, 306, 322, 338, 339
SHAPES = [(1, 6, 9), (2, 6, 9), (3, 6, 9), (4, 6, 9), (5, 6, 3), (5, 6, 4), (3, 6, 3), (1, 1, 1), (2, 700, 300)]


def some_labels(shape, high=500, dtype=np.int32):
    return np.random.default_rng(0).integers(0, high, shape).astype(dtype)


def tags_of_pages(path):
    """Read the tags of each page of a little-endian classic TIFF: first value of each, and nothing of tifffile."""
    content = path.read_bytes()
    assert content[:4] == b"II*\x00"
    (position,) = struct.unpack_from("<I", content, 4)
    pages = []
    while position:
        (number,) = struct.unpack_from("<H", content, position)
        entries = [struct.unpack_from("<HHIHH", content, position + 2 + 12 * entry) for entry in range(number)]
        pages.append({tag: low if kind == 3 else low + (high << 16) for tag, kind, _, low, high in entries})
        (position,) = struct.unpack_from("<I", content, position + 2 + 12 * number)
    return pages


@pytest.mark.parametrize("shape", SHAPES)
def test_masks_are_gray_pages_in_strips(tmp_path, shape):
    path = tmp_path / "mask000.tif"
    labels = some_labels(shape)
    write_mask(path, labels)
    pages = tags_of_pages(path)
    assert len(pages) == shape[0]
    for tags in pages:
        assert (tags[IMAGE_LENGTH], tags[IMAGE_WIDTH]) == shape[1:]
        assert (tags[BITS], tags[SAMPLES], tags[PHOTOMETRIC]) == (16, 1, 1)
        assert tags[COMPRESSION] in (8, 32946)
        assert tags.get(SAMPLE_FORMAT, 1) == 1
        assert not {TILE_WIDTH, EXTRA_SAMPLES, SOFTWARE, DATETIME, DESCRIPTION} & set(tags)
    read = tifffile.imread(path).reshape(shape)
    assert read.dtype == np.uint16
    np.testing.assert_array_equal(read, labels)
    np.testing.assert_array_equal(read_frame(path), labels)


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, ">u2", ">i4"]
)
def test_labels_of_any_integer_type(tmp_path, dtype):
    labels = some_labels((2, 6, 9), high=100, dtype=dtype)
    write_mask(tmp_path / "mask000.tif", labels)
    read = read_frame(tmp_path / "mask000.tif")
    assert read.dtype == np.dtype(np.uint16)
    np.testing.assert_array_equal(read, labels)


def test_strided_views_are_written_as_seen(tmp_path):
    labels = some_labels((6, 9, 4)).transpose(2, 0, 1)[:, ::-1, ::2]
    write_mask(tmp_path / "mask000.tif", labels)
    np.testing.assert_array_equal(read_frame(tmp_path / "mask000.tif"), labels)


def test_a_2d_mask_is_one_page(tmp_path):
    labels = some_labels((1, 6, 9))
    write_mask(tmp_path / "mask000.tif", labels, ndim=2)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "mask000.tif"), labels[0])
    assert len(tags_of_pages(tmp_path / "mask000.tif")) == 1


def test_the_same_labels_give_the_same_bytes(tmp_path):
    for name in ("mask000.tif", "mask001.tif"):
        write_mask(tmp_path / name, some_labels((3, 300, 400)))
    assert (tmp_path / "mask000.tif").read_bytes() == (tmp_path / "mask001.tif").read_bytes()


def test_all_16_bits_are_used(tmp_path):
    labels = np.arange(65536).reshape(1, 256, 256)
    write_mask(tmp_path / "mask000.tif", labels)
    np.testing.assert_array_equal(read_frame(tmp_path / "mask000.tif"), labels)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint64])
def test_higher_labels_are_numbered_anew_in_order(tmp_path, dtype):
    labels = np.array([[[0, 70_000, 5], [65_536, 5, 0]]], dtype)
    write_mask(tmp_path / "mask000.tif", labels)
    np.testing.assert_array_equal(read_frame(tmp_path / "mask000.tif"), [[[0, 3, 1], [2, 1, 0]]])
    assert labels.max() == 70_000


def test_numbering_anew_never_makes_background(tmp_path):
    write_mask(tmp_path / "mask000.tif", np.array([[[70_000, 80_000]]]))
    np.testing.assert_array_equal(read_frame(tmp_path / "mask000.tif"), [[[1, 2]]])


def test_65535_objects_fit_and_one_more_does_not(tmp_path):
    labels = np.arange(65_537).reshape(1, 1, -1)
    with pytest.raises(ValueError, match=r"mask000.tif' has 65536 objects, but 16 bits hold 65535"):
        write_mask(tmp_path / "mask000.tif", labels)
    assert list(tmp_path.iterdir()) == []
    write_mask(tmp_path / "mask000.tif", np.where(labels == 1, 0, labels))
    assert read_frame(tmp_path / "mask000.tif").max() == 65_535


@pytest.mark.parametrize(
    ("labels", "ndim", "named"),
    [
        (np.full((2, 3, 4), -1), 3, "go down to -1"),
        (np.zeros((2, 3, 4)), 3, "are float64, expected integers"),
        (np.zeros((2, 3, 4), bool), 3, "are bool, expected integers"),
        (np.zeros((3, 4), int), 3, r"shape \(3, 4\), expected \(Z, Y, X\)"),
        (np.zeros((1, 2, 3, 4), int), 3, r"expected \(Z, Y, X\)"),
        (np.zeros((0, 3, 4), int), 3, r"expected \(Z, Y, X\)"),
        (np.zeros((2, 3, 4), int), 2, "2 slices and ndim 2"),
        (np.zeros((1, 3, 4), int), 4, "ndim 4"),
    ],
)
def test_what_is_no_mask_is_refused(tmp_path, labels, ndim, named):
    with pytest.raises(ValueError, match=f"mask000.tif'.* {named}"):
        write_mask(tmp_path / "mask000.tif", labels, ndim=ndim)
    assert list(tmp_path.iterdir()) == []


def test_bigtiff_is_used_only_above_4_gb(tmp_path, monkeypatch):
    labels = some_labels((2, 6, 9))
    write_mask(tmp_path / "mask000.tif", labels)
    monkeypatch.setattr(writing, "_CLASSIC_LIMIT", labels.size * 2 - 1)
    write_mask(tmp_path / "mask001.tif", labels)
    assert [(tmp_path / f"mask00{i}.tif").read_bytes()[2] for i in (0, 1)] == [42, 43]
    np.testing.assert_array_equal(read_frame(tmp_path / "mask001.tif"), labels)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_failed_write_leaves_the_older_mask(tmp_path, monkeypatch, code):
    path = tmp_path / "mask000.tif"
    write_mask(path, some_labels((2, 6, 9)))
    older = path.read_bytes()

    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=f"cannot write '{path}'"):
        write_mask(path, np.zeros((2, 6, 9), int))
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("mask000.tif", older)]


@pytest.fixture
def largest_file():
    """A limit of bytes for every file, as a disk that fills up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_leaves_the_older_mask(tmp_path, largest_file):
    path = tmp_path / "mask000.tif"
    write_mask(path, some_labels((2, 6, 9)))
    older = path.read_bytes()
    largest_file(2000)
    with pytest.raises(OSError, match=r"cannot write '.*mask000.tif' "):
        write_mask(path, some_labels((4, 300, 300)))
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("mask000.tif", older)]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, ">u2"])
@pytest.mark.parametrize("shape", SHAPES)
def test_frames_come_back(tmp_path, shape, dtype):
    stack = some_labels(shape, high=256, dtype=dtype)
    write_frame(tmp_path / "t000.tif", stack)
    read = read_frame(tmp_path / "t000.tif")
    assert read.dtype == stack.dtype.newbyteorder("=")
    np.testing.assert_array_equal(read, stack)
    assert {(tags[SAMPLES], tags[PHOTOMETRIC]) for tags in tags_of_pages(tmp_path / "t000.tif")} == {(1, 1)}


@pytest.mark.parametrize("shape", SHAPES)
def test_spacing_comes_back(tmp_path, shape):
    stack = some_labels(shape, dtype=np.uint16)
    write_frame(tmp_path / "t000.tif", stack, spacing=tuple(np.array([6.0, 1.242, 0.126])))
    z = 6.0 if shape[0] > 1 else 1.0
    assert read_frame_info(tmp_path / "t000.tif").spacing == pytest.approx((z, 1.242, 0.126), rel=1e-6)
    np.testing.assert_array_equal(read_frame(tmp_path / "t000.tif"), stack)


@pytest.mark.parametrize(
    ("stack", "spacing", "named"),
    [
        (np.zeros((2, 3, 4), np.float32), None, "is float32, expected uint8 or uint16"),
        (np.zeros((2, 3, 4), np.int16), None, "is int16"),
        (np.zeros((3, 4), np.uint8), None, r"expected \(Z, Y, X\)"),
        (np.zeros((2, 3, 4), np.uint8), (1.0, 0.0, 1.0), "expected three positive lengths"),
        (np.zeros((2, 3, 4), np.uint8), (1.0, 1.0), "expected three positive lengths"),
        (np.zeros((2, 3, 4), np.uint8), (1.0, float("nan"), 1.0), "expected three positive lengths"),
    ],
)
def test_what_is_no_frame_is_refused(tmp_path, stack, spacing, named):
    with pytest.raises(ValueError, match=f"t000.tif'.* {named}"):
        write_frame(tmp_path / "t000.tif", stack, spacing=spacing)
    assert list(tmp_path.iterdir()) == []


def test_32_bit_masks_keep_labels_that_16_bit_do_not_hold(tmp_path):
    labels = np.arange(65_537).reshape(1, 1, -1)
    write_mask(tmp_path / "mask000.tif", labels, dtype="uint32")
    read = read_frame(tmp_path / "mask000.tif", as_labels=True)
    assert read.dtype == np.uint32
    np.testing.assert_array_equal(read, labels)
    with pytest.raises(ValueError, match="holds uint32 values from 0 to 65536"):
        read_frame(tmp_path / "mask000.tif")
