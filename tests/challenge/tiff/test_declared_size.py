"""An image larger than its file can hold is refused before memory is asked for."""

import struct

import pytest

from ctc_submission.challenge.files import read_frame, read_frame_info
from ctc_submission.challenge.tiff.declared_size import check_declared_size


def tiny_tiff(path, side, compression):
    """A file of 254 bytes with one strip, of an image of any side."""
    tags = [
        *((256, 4, side), (257, 4, side), (258, 3, 16), (259, 3, compression), (262, 3, 1)),
        *((273, 4, 150), (277, 3, 1), (278, 4, side), (279, 4, 100), (339, 3, 1)),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    header = struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(tags)) + entries + bytes(4)
    path.write_bytes(header.ljust(254, b"\0"))
    return path


@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 50000])
@pytest.mark.parametrize("side", [2**20, 2**31, 2**32 - 1])
@pytest.mark.parametrize("read", [read_frame, read_frame_info])
def test_a_small_file_that_declares_exabytes(tmp_path, compression, side, read):
    path = tiny_tiff(tmp_path / "t000.tif", side, compression)
    with pytest.raises(
        ValueError, match=r"t000\.tif' cannot be read .*(declares an image|holds 100 bytes|lacks strips)"
    ):
        read(path)


def test_what_a_compression_can_do_is_allowed():
    check_declared_size(2**28, 254)
    check_declared_size(10**12, 10**8)
    with pytest.raises(ValueError, match="declares an image of"):
        check_declared_size(2**28 + 1, 254)
