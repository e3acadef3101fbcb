"""Masks exactly as the organisers' evaluation software takes them.

Their reader refuses some TIFF files and silently turns others into zeros, so that a good result scores 0. This reader
refuses the same files and names the silent ones.
"""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np
import tifffile
from numpy.typing import NDArray
from tifffile import TiffPage

READ_COMPRESSIONS = (1, 5, 8, 32946, 32773)
"""TIFF compressions that the organisers' reader decodes: none, LZW, Deflate (two codes), PackBits."""
_WRITE_AS = "write masks stripped, minisblack, one sample, uint16, uncompressed or with LZW or Deflate"


class StrictMask:
    """A mask file, opened for reading slice by slice; a context manager.

    Parameters
    ----------
    path : Path
        A TIFF file with one page per slice.
    silent_zeros : bool
        What to do with a file that the organisers' reader silently reads as zeros: read zeros too (True), or refuse
        it and say why (False).

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If the organisers' reader refuses the file, or (without `silent_zeros`) would read it as zeros.
    """

    path: Path
    """The file."""
    shape: tuple[int, int, int]
    """Slices, rows and columns."""
    zeros: str
    """Why the organisers' reader takes the file for zeros; empty where it reads it."""

    def __init__(self, path: Path, silent_zeros: bool = False) -> None:
        self.path = path
        self._silent_zeros = silent_zeros
        with ExitStack() as stack:
            tiff = stack.enter_context(_open(path))
            self._pages, cut = _read_pages(tiff, path)
            self.shape = (len(self._pages), self._pages[0].imagelength, self._pages[0].imagewidth)
            self.zeros = _why_zeros(self._pages, tiff.filehandle.size, cut)
            if self.zeros and not silent_zeros:
                raise ValueError(_silent_zeros_message(path, self.zeros))
            self._open_files = stack.pop_all()

    def __enter__(self) -> "StrictMask":
        """Return the mask itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
        self._open_files.close()

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
            return np.ascontiguousarray(self._pages[z].asarray(maxworkers=1), np.uint16)
        except (ValueError, RuntimeError, OSError) as error:
            reason = f"slice {z} cannot be decoded ({error})"
            if not self._silent_zeros:
                raise ValueError(_silent_zeros_message(self.path, reason)) from error
            self.zeros = reason
            return np.zeros(self.shape[1:], np.uint16)


def _open(path: Path) -> tifffile.TiffFile:
    """Open a TIFF file; a file that is none is refused."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such mask; every frame with a reference needs a result")
    try:
        return tifffile.TiffFile(path)
    except (tifffile.TiffFileError, ValueError) as error:
        raise ValueError(f"{path}: not a readable TIFF file ({error}); {_WRITE_AS}") from error


def _read_pages(tiff: tifffile.TiffFile, path: Path) -> tuple[list[TiffPage], bool]:
    """Read and check the header of every page; also tell whether the chain of pages is cut."""
    pages: list[TiffPage] = []
    cut = False
    try:
        for index in range(len(tiff.pages)):
            page = tiff.pages.get(index)
            if isinstance(page, TiffPage):
                pages.append(page)
    except (tifffile.TiffFileError, IndexError):
        cut = True
    if not pages:
        raise ValueError(f"{path}: no readable page, expected one per slice; {_WRITE_AS}")
    for index, page in enumerate(pages):
        _check_page(page, pages[0], f"{path}: page {index}")
    return pages, cut


def _check_page(page: TiffPage, first: TiffPage, where: str) -> None:
    """Refuse a page of another type than 16-bit unsigned grey, or of another form than the first."""
    if page.tags.get("SamplesPerPixel") is None:
        raise ValueError(f"{where} has no SamplesPerPixel tag; {_WRITE_AS}")
    if page.samplesperpixel != 1 or page.photometric != tifffile.PHOTOMETRIC.MINISBLACK:
        kind = f"{page.samplesperpixel} samples per voxel, photometric {page.photometric}"
        raise ValueError(f"{where} has {kind}, expected one sample, minisblack; {_WRITE_AS}")
    if page.dtype != np.uint16:
        raise ValueError(f"{where} is {page.dtype}, expected uint16; {_WRITE_AS}")
    size, expected = (page.imagelength, page.imagewidth), (first.imagelength, first.imagewidth)
    if size != expected:
        raise ValueError(f"{where} has size (y, x) {size}, expected {expected} as on page 0; {_WRITE_AS}")


def _why_zeros(pages: list[TiffPage], size: int, cut: bool) -> str:
    """Say why the organisers' reader takes a file of `size` bytes for zeros, or nothing."""
    for index, page in enumerate(pages):
        if page.is_tiled:
            return f"page {index} is tiled"
        if page.compression not in READ_COMPRESSIONS:
            return f"page {index} is compressed with {getattr(page.compression, 'name', page.compression)}"
        ends = (offset + count for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False))
        if max(ends, default=0) > size:
            cut = True
    return "the file is truncated" if cut else ""


def _silent_zeros_message(path: Path, reason: str) -> str:
    """Word the refusal of a file that would silently score 0."""
    return f"{path}: {reason}, so the organisers' evaluation silently reads zeros and scores 0; {_WRITE_AS}"
