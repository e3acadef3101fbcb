import struct

import numpy as np
import pytest
import tifffile
from PIL import Image

from ctc_submission.challenge.tiff.strict import StrictMask

STACK = np.zeros((5, 33, 47), np.uint16)
STACK[1:4, 4:20, 5:30] = 300
STACK[2, 10, 11] = 65535


def read(path, silent_zeros=False):
    with StrictMask(path, silent_zeros) as mask:
        return np.stack([mask.read_slice(z) for z in range(mask.shape[0])])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mask000.tif"


READABLE = {
    "uncompressed": {},
    "LZW": {"compression": "lzw"},
    "Deflate": {"compression": "zlib"},
    "old Deflate": {"compression": "deflate"},
    "PackBits": {"compression": "packbits"},
    "predictor": {"compression": "lzw", "predictor": True},
    "big-endian": {"byteorder": ">", "compression": "zlib"},
    "BigTIFF": {"bigtiff": True},
    "big-endian BigTIFF": {"bigtiff": True, "byteorder": ">", "predictor": True, "compression": "zlib"},
    "many strips": {"rowsperstrip": 4, "compression": "lzw"},
    "OME tags": {"ome": True, "metadata": {"axes": "ZYX"}},
}


@pytest.mark.parametrize("options", READABLE.values(), ids=READABLE)
def test_reads_what_the_official_reader_reads(path, options):
    tifffile.imwrite(path, STACK, photometric="minisblack", **options)
    np.testing.assert_array_equal(read(path), STACK)


def test_reads_imagej_stacks(path):
    tifffile.imwrite(path, STACK, imagej=True, metadata={"axes": "ZYX"})
    np.testing.assert_array_equal(read(path), STACK)


def test_reads_reversed_bits(path):
    tifffile.imwrite(path, STACK[2], photometric="minisblack", metadata=None)
    replace_tag(path, 278, (266, 3, 1, 2))
    reverse = np.array([int(f"{value:08b}"[::-1], 2) for value in range(256)], np.uint8)
    np.testing.assert_array_equal(read(path)[0], reverse[STACK[2].view(np.uint8)].view(np.uint16))


REFUSED = {
    "uint8": (STACK.astype(np.uint8), "minisblack"),
    "int16": (STACK.astype(np.int16), "minisblack"),
    "uint32": (STACK.astype(np.uint32), "minisblack"),
    "float32": (STACK.astype(np.float32), "minisblack"),
    "float16": ((STACK > 0).astype(np.float16), "minisblack"),
    "RGB (Z, Y, 3)": (STACK[..., :3].copy(), "rgb"),
    "RGB (3, Y, X)": (STACK[:3], "rgb"),
    "inverted gray": (STACK, "miniswhite"),
}


@pytest.mark.parametrize(("stack", "photometric"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("silent_zeros", [False, True])
def test_refuses_other_types_than_unsigned_16_bit_gray(path, stack, photometric, silent_zeros):
    tifffile.imwrite(path, stack, photometric=photometric)
    with pytest.raises(ValueError, match=r"mask000\.tif: page 0 has .*expected .*; write masks stripped"):
        read(path, silent_zeros)


@pytest.mark.parametrize("second", [STACK[0, :-1], STACK[0].astype(np.uint8), STACK[0, :, :3]])
def test_refuses_pages_that_differ(path, second):
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(STACK[0], photometric="minisblack")
        tiff.write(second, photometric="rgb" if second.shape[1] == 3 else "minisblack")
    with pytest.raises(ValueError, match=r"page 1 has .*expected"):
        read(path)


def test_refuses_pages_without_samples_per_pixel(path):
    pages = [Image.fromarray(page) for page in STACK]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    with pytest.raises(ValueError, match="page 0 has no SamplesPerPixel tag"):
        read(path)


SILENT_ZEROS = {
    "tiled": ({"tile": (16, 16)}, "page 0 is tiled"),
    "ZSTD": ({"compression": "zstd"}, "ZSTD"),
    "LZMA": ({"compression": "lzma"}, "LZMA"),
    "LERC": ({"compression": "lerc"}, "LERC"),
    "JPEG 2000": ({"compression": "jpeg2000"}, "JPEG 2000"),
}


@pytest.mark.parametrize(("options", "reason"), SILENT_ZEROS.values(), ids=SILENT_ZEROS)
def test_names_what_the_official_reader_takes_for_zeros(path, options, reason):
    tifffile.imwrite(path, STACK, photometric="minisblack", **options)
    with pytest.raises(ValueError, match=rf"mask000\.tif: .*{reason}.*silently reads zeros.*write masks stripped"):
        read(path)
    assert not read(path, silent_zeros=True).any()


def test_a_file_cut_in_its_voxels_is_zeros(path):
    tifffile.imwrite(path, STACK[2], photometric="minisblack")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ValueError, match="truncated"):
        read(path)
    assert not read(path, silent_zeros=True).any()


def test_a_file_cut_before_its_last_page_is_zeros(path):
    tifffile.imwrite(path, STACK, photometric="minisblack")
    path.write_bytes(path.read_bytes()[:-50])
    with StrictMask(path, silent_zeros=True) as mask:
        assert mask.is_cut
        assert "truncated" in mask.zeros
        assert not mask.read_slice(4).any()


def test_a_damaged_strip_is_zeros(path):
    tifffile.imwrite(path, STACK, photometric="minisblack", compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages[2].dataoffsets[0]
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match=r"slice 2 cannot be decoded .*silently reads zeros"):
        read(path)
    with StrictMask(path, silent_zeros=True) as mask:
        np.testing.assert_array_equal(mask.read_slice(1), STACK[1])
        assert not mask.read_slice(2).any()
        assert "slice 2" in mask.zeros


def test_missing_strips_are_zeros(path):
    tifffile.imwrite(path, STACK[2], photometric="minisblack", rowsperstrip=8, metadata=None)
    replace_tag(path, 273, (65000, 3, 1, 0))
    with pytest.raises(ValueError, match="found 0 strips, expected 5"):
        read(path)


def test_a_short_strip_is_zeros(path):
    tifffile.imwrite(path, STACK[2], photometric="minisblack", compression="lzw", metadata=None)
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tiff.pages[0].tags["ImageWidth"].overwrite(48)
    with pytest.raises(ValueError, match="the strip of row 0 holds"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"II", b"GIF89a, no mask at all", b"II*\0\0\0\0\0", b"II*\0\xff\0\0\0"])
def test_refuses_what_is_no_tiff_file(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"mask000\.tif: not a readable TIFF file"):
        read(path)


def test_refuses_an_empty_image(path):
    tifffile.imwrite(path, STACK, photometric="minisblack", metadata=None)
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tiff.pages[0].tags["ImageWidth"].overwrite(0)
    with pytest.raises(ValueError, match=r"page 0 has size \(y, x\) \(33, 0\)"):
        read(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(FileNotFoundError, match=r"mask000\.tif: no such mask"):
        read(path)


def test_any_cut_of_a_file_is_refused_or_zeros(path):
    tifffile.imwrite(path, STACK[1:3], photometric="minisblack", compression="zlib", metadata=None)
    whole = path.read_bytes()
    for size in range(0, len(whole) - 4, 7):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=r"truncated|not a readable TIFF"):
            read(path)


def replace_tag(path, tag, entry):
    """Put another entry (tag, type, count, value) in the place of a tag of the first page."""
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages[0].tags[tag].offset
    with path.open("r+b") as file:
        file.seek(place)
        file.write(struct.pack("<HHII", *entry))
