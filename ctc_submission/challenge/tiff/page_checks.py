"""The pages of a TIFF file: alike, and with all their data in the file."""

import contextlib
import math
import struct
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

import tifffile

from ctc_submission.challenge.tiff.declared_size import check_declared_size

_DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, AttributeError, struct.error)


@contextlib.contextmanager
def naming_file(path: Path) -> Iterator[None]:
    """Turn what a TIFF reader and its codecs raise at a damaged file into a ValueError that names the file."""
    try:
        yield
    except _DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(f"'{path}' cannot be read ({reason}): it may be damaged; copy or export it again") from error
    except MemoryError as error:
        raise ValueError(
            f"'{path}' cannot be read: memory does not hold what it declares ({error}); it may be damaged, or is for "
            "a larger machine"
        ) from error


def tag_name(names: type[IntEnum], value: int) -> str:
    """Return the name that tifffile gives to the value of a tag, in lower case; the number where it knows none."""
    return next((name.name.lower() for name in names if name == value), str(value))


def check_pages(pages: list[tifffile.TiffPage], path: Path) -> None:
    """Check that all pages have one size and type and that the file holds the whole of each.

    Parameters
    ----------
    pages : list of TiffPage
        Every page of the file, each read by itself.
    path : Path
        The file.

    Raises
    ------
    ValueError
        If pages differ, or if a strip or tile is missing, empty, or ends after the file.
    """
    size = path.stat().st_size
    for number, page in enumerate(pages):
        if page.hash != pages[0].hash:
            raise ValueError(
                f"'{path}' holds pages that differ: page 0 is {_describe(pages[0])}, page {number} is "
                f"{_describe(page)}: export the slices of one stack, all of one size and type"
            )
        with naming_file(path):
            _check_data(page, number, size)


def _describe(page: tifffile.TiffPage) -> str:
    return f"{' x '.join(map(str, page.shape))} {page.dtype} ({tag_name(tifffile.COMPRESSION, page.compression)})"


def _check_data(page: tifffile.TiffPage, number: int, size: int) -> None:
    if page.dtype is None or 0 in page.shape:
        raise ValueError(f"page {number} has no pixels of a known type")
    check_declared_size(page.nbytes, size)
    segments = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    expected = 1 if page.is_contiguous else math.prod(page.chunked)
    if len(segments) < expected or any(offset == 0 or count == 0 for offset, count in segments):
        raise ValueError(f"page {number} lacks strips or tiles, expected {expected}")
    if page.is_contiguous and sum(page.databytecounts) < page.nbytes:
        raise ValueError(f"page {number} holds {sum(page.databytecounts)} bytes, expected {page.nbytes}")
    end = max(offset + count for offset, count in segments)
    if end > size:
        raise ValueError(f"truncated: page {number} ends at byte {end} of {size}")
