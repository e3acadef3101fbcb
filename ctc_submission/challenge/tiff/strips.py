"""Voxels from the strips of a 16-bit TIFF page, in the compressions that the organizers' reader knows."""

from typing import BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tiff import pages as tiff_pages
from ctc_submission.challenge.tiff.pages import TiffPage

UNCOMPRESSED = 1
"""The compression tag of plain strips."""
DECODERS = {
    5: imagecodecs.lzw_decode,
    8: imagecodecs.deflate_decode,
    32946: imagecodecs.deflate_decode,
    32773: imagecodecs.packbits_decode,
}
"""Decoders by compression tag: LZW, Deflate (two numbers), PackBits."""
_REVERSED_BITS = 2
_HORIZONTAL_DIFFERENCES = 2


def decode_page(file: BinaryIO, page: TiffPage, byte_order: str) -> NDArray[np.uint16]:
    """Decode a page.

    Parameters
    ----------
    file : binary file
        The TIFF file, open for reading.
    page : TiffPage
        A stripped page with one sample of 16 bits, uncompressed or in a compression of `DECODERS`.
    byte_order : str
        ``<`` or ``>``.

    Returns
    -------
    (Y, X) ndarray of uint16
        C-contiguous, native byte order.

    Raises
    ------
    ValueError, RuntimeError
        If a strip is missing, too short or cannot be decoded.
    """
    voxels = np.empty(page.size, np.uint16)
    height = min(page.value(tiff_pages.ROWS_PER_STRIP), page.size[0])
    stored = np.dtype(f"{byte_order}u2")
    tops = range(0, page.size[0], max(1, height))
    if len(page.strips) < len(tops):
        raise ValueError(f"found {len(page.strips)} strips, expected {len(tops)}")
    for top, (offset, count) in zip(tops, page.strips, strict=False):
        rows = voxels[top : top + height]
        file.seek(offset)
        data = _decompress(file.read(count), page, size=height * page.size[1] * stored.itemsize)
        if len(data) < rows.nbytes:
            raise ValueError(f"the strip of row {top} holds {len(data)} bytes, expected {rows.nbytes}")
        rows[:] = np.frombuffer(data, stored, rows.size).reshape(rows.shape)
    if page.value(tiff_pages.PREDICTOR) == _HORIZONTAL_DIFFERENCES:
        np.add.accumulate(voxels, axis=1, out=voxels)
    return voxels


def _decompress(data: bytes, page: TiffPage, size: int) -> bytes | bytearray:
    """Decompress one strip of at most `size` bytes."""
    if page.value(tiff_pages.FILL_ORDER) == _REVERSED_BITS:
        data = bytes(imagecodecs.bitorder_decode(data))
    compression = page.value(tiff_pages.COMPRESSION)
    return data if compression == UNCOMPRESSED else DECODERS[compression](data, out=size)
