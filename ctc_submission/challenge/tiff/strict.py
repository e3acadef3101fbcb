"""Masks exactly as the organizers' evaluation software takes them.

Their reader refuses some TIFF files and silently turns others into zeros, so that a good result scores 0. This reader
refuses the same files and names the silent ones.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tiff import pages as tiff_pages
from ctc_submission.challenge.tiff.pages import TiffPage, TiffPages, read_tiff_pages
from ctc_submission.challenge.tiff.strips import DECODERS, UNCOMPRESSED, decode_page

_MINISBLACK = 1
_UNSIGNED = 1
_NAMES = {34712: "JPEG 2000", 34887: "LERC", 34925: "LZMA", 50000: "ZSTD"}
_WRITE_AS = "write masks stripped, minisblack, one sample, uint16, uncompressed or with LZW or Deflate"


class StrictMask:
    """A mask file, opened for reading slice by slice; a context manager.

    Parameters
    ----------
    path : Path
        A TIFF file with one page per slice.
    silent_zeros : bool
        What to do with a file that the organizers' reader silently reads as zeros: read zeros too (True), or refuse
        it and say why (False).

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If the organizers' reader refuses the file, or (without `silent_zeros`) would read it as zeros.
    """

    path: Path
    """The file."""
    shape: tuple[int, int, int]
    """Slices, rows and columns."""
    is_cut: bool
    """Whether the file ends before its list of pages does, so that there were more slices than `shape` tells."""
    zeros: str
    """Why the organizers' reader takes the file for zeros; empty where it reads it."""

    def __init__(self, path: Path, silent_zeros: bool = False) -> None:
        self.path = path
        self._silent_zeros = silent_zeros
        with ExitStack() as stack:
            self._file = stack.enter_context(_open(path))
            self._tiff = _read_pages(self._file, path)
            self.shape = (len(self._tiff.pages), *self._tiff.pages[0].size)
            self.is_cut = self._tiff.cut
            self.zeros = _why_zeros(self._tiff, os.fstat(self._file.fileno()).st_size)
            if self.zeros and not silent_zeros:
                raise ValueError(_silent_zeros_message(path, self.zeros))
            self._closing = stack.pop_all()

    def __enter__(self) -> "StrictMask":
        """Return the mask itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
        self._closing.close()

    def read_slice(self, z: int) -> NDArray[np.uint16]:
        """Decode one slice.

        Parameters
        ----------
        z : int
            Number of the slice, from 0.

        Returns
        -------
        (Y, X) ndarray of uint16
            Labels, C-contiguous, native byte order.

        Raises
        ------
        ValueError
            If the slice cannot be decoded (with `silent_zeros` it is zeros).
        """
        if self.zeros:
            return np.zeros(self.shape[1:], np.uint16)
        try:
            return decode_page(self._file, self._tiff.pages[z], self._tiff.byte_order)
        except (ValueError, RuntimeError) as error:
            reason = f"slice {z} cannot be decoded ({error})"
            if not self._silent_zeros:
                raise ValueError(_silent_zeros_message(self.path, reason)) from error
            self.zeros = reason
            return np.zeros(self.shape[1:], np.uint16)


def _open(path: Path) -> BinaryIO:
    """Open a mask that must be there."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such mask; every frame with a reference needs a result")
    return path.open("rb")


def _read_pages(file: BinaryIO, path: Path) -> TiffPages:
    """Read the headers and refuse pages of another type than 16-bit unsigned gray, or of several sizes."""
    try:
        tiff = read_tiff_pages(file)
    except ValueError as error:
        raise ValueError(f"{path}: not a readable TIFF file ({error}); {_WRITE_AS}") from error
    for index, page in enumerate(tiff.pages):
        _check_page(page, tiff.pages[0].size, f"{path}: page {index}")
    return tiff


def _check_page(page: TiffPage, size: tuple[int, int], where: str) -> None:
    """Refuse a page of another type than 16-bit unsigned gray, or of another size than the first."""
    samples, photometric = page.value(tiff_pages.SAMPLES), page.value(tiff_pages.PHOTOMETRIC)
    if tiff_pages.SAMPLES not in page.tags:
        raise ValueError(f"{where} has no SamplesPerPixel tag; {_WRITE_AS}")
    if samples != 1 or photometric != _MINISBLACK:
        found = f"{samples} samples per voxel and photometric {photometric}"
        raise ValueError(f"{where} has {found}, expected 1 and 1 (minisblack); {_WRITE_AS}")
    bits, sample_format = page.value(tiff_pages.BITS), page.value(tiff_pages.SAMPLE_FORMAT)
    if bits != 16 or sample_format != _UNSIGNED:
        found = f"{bits} bits and sample format {sample_format}"
        raise ValueError(f"{where} has {found}, expected 16 and 1 (unsigned); {_WRITE_AS}")
    if page.size != size or min(size) < 1:
        raise ValueError(
            f"{where} has size (y, x) {page.size}, expected {size} as page 0, at least (1, 1); {_WRITE_AS}"
        )


def _why_zeros(tiff: TiffPages, file_size: int) -> str:
    """Say why the organizers' reader takes a file of so many bytes for zeros, or nothing."""
    for index, page in enumerate(tiff.pages):
        compression = page.value(tiff_pages.COMPRESSION)
        if tiff_pages.TILE_WIDTH in page.tags:
            return f"page {index} is tiled"
        if compression != UNCOMPRESSED and compression not in DECODERS:
            return f"page {index} has compression {_NAMES.get(compression, compression)}"
        if any(offset + count > file_size for offset, count in page.strips):
            return f"the file is truncated (page {index} goes on after its end)"
    return f"the file is truncated (after page {len(tiff.pages) - 1})" if tiff.cut else ""


def _silent_zeros_message(path: Path, reason: str) -> str:
    """Word the refusal of a file that would silently score 0."""
    return f"{path}: {reason}, so the organizers' evaluation silently reads zeros and scores 0; {_WRITE_AS}"
