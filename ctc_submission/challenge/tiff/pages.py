"""The pages of a TIFF file as a strict reader sees them: tags as they stand, nothing guessed.

Follows the TIFF 6.0 specification and its 64-bit form, BigTIFF.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
OFFSETS, SAMPLES, ROWS_PER_STRIP, BYTE_COUNTS, PREDICTOR = 273, 277, 278, 279, 317
TILE_WIDTH, SAMPLE_FORMAT = 322, 339

_USED = frozenset(
    {
        *(WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER),
        *(OFFSETS, SAMPLES, ROWS_PER_STRIP, BYTE_COUNTS, PREDICTOR, TILE_WIDTH, SAMPLE_FORMAT),
    }
)
_DEFAULTS = {BITS: 1, COMPRESSION: 1, FILL_ORDER: 1, ROWS_PER_STRIP: 2**32 - 1, PREDICTOR: 1, SAMPLE_FORMAT: 1}
_INTEGERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MOST_VALUES = 10_000_000


@dataclass(frozen=True)
class TiffPage:
    """One page: its whole-number tags, as far as a mask needs them."""

    tags: Mapping[int, tuple[int, ...]]
    """Values by tag number; a tag that the file lacks is not there."""

    def value(self, tag: int) -> int:
        """Return a tag's first value, or the specification's default (0 without one)."""
        values = self.tags.get(tag)
        return values[0] if values else _DEFAULTS.get(tag, 0)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.value(LENGTH), self.value(WIDTH)

    @property
    def strips(self) -> list[tuple[int, int]]:
        """Place and number of bytes of every strip."""
        return list(zip(self.tags.get(OFFSETS, ()), self.tags.get(BYTE_COUNTS, ()), strict=False))


@dataclass(frozen=True)
class TiffPages:
    """All pages of a file."""

    pages: tuple[TiffPage, ...]
    """The pages, in order."""
    byte_order: str
    """``<`` or ``>``, little or big endian."""
    cut: bool
    """Whether the file ends before the list of pages does."""


@dataclass(frozen=True)
class _Form:
    """How one kind of TIFF file lays out its directories."""

    order: str
    """``<`` or ``>``."""
    is_big: bool
    """Whether it is a BigTIFF."""

    @property
    def count(self) -> struct.Struct:
        """Number of a directory's entries."""
        return struct.Struct(self.order + ("Q" if self.is_big else "H"))

    @property
    def entry(self) -> struct.Struct:
        """One entry: tag, type, number of values, the values or their place."""
        return struct.Struct(self.order + ("HHQ8s" if self.is_big else "HHI4s"))

    @property
    def offset(self) -> struct.Struct:
        """A place in the file."""
        return struct.Struct(self.order + ("Q" if self.is_big else "I"))


def read_tiff_pages(file: BinaryIO) -> TiffPages:
    """Read the directories of all pages.

    Parameters
    ----------
    file : binary file
        The TIFF file, open for reading.

    Raises
    ------
    ValueError
        If it is no TIFF file, or not even its first page is there.
    """
    form, offset = _read_header(file)
    pages: list[TiffPage] = []
    seen: set[int] = set()
    try:
        while offset and offset not in seen:
            seen.add(offset)
            page, offset = _read_directory(file, form, offset)
            pages.append(page)
    except EOFError:
        if not pages:
            raise ValueError("the file ends before its first page") from None
        return TiffPages(tuple(pages), form.order, cut=True)
    if not pages:
        raise ValueError("there is no page")
    return TiffPages(tuple(pages), form.order, cut=False)


def _read_header(file: BinaryIO) -> tuple[_Form, int]:
    """Read the kind of file and the place of the first directory."""
    file.seek(0)
    header = file.read(16).ljust(16, b"\0")
    order = {b"II": "<", b"MM": ">"}.get(header[:2])
    version = struct.unpack(f"{order}H", header[2:4])[0] if order else 0
    if order is None or version not in (42, 43):
        raise ValueError("it does not begin as a TIFF file does")
    form = _Form(order, is_big=version == 43)
    start = 8 if form.is_big else 4
    return form, form.offset.unpack(header[start : start + form.offset.size])[0]


def _read_directory(file: BinaryIO, form: _Form, offset: int) -> tuple[TiffPage, int]:
    """Read the tags of one page and the place of the next page's directory."""
    (count,) = form.count.unpack(_read(file, offset, form.count.size))
    offset += form.count.size
    entries = _read(file, offset, count * form.entry.size)
    (following,) = form.offset.unpack(_read(file, offset + len(entries), form.offset.size))
    return TiffPage(dict(_read_tags(file, form, entries))), following


def _read_tags(file: BinaryIO, form: _Form, entries: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Read the values of the tags that a mask needs."""
    for tag, kind, count, stored in form.entry.iter_unpack(entries):
        if tag in _USED and kind in _INTEGERS:
            values = struct.Struct(f"{form.order}{min(count, _MOST_VALUES)}{_INTEGERS[kind]}")
            if values.size > len(stored):
                stored = _read(file, form.offset.unpack(stored)[0], values.size)
            yield tag, values.unpack(stored[: values.size])


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    """Read exactly `size` bytes from a place in the file."""
    if offset + size > os.fstat(file.fileno()).st_size:
        raise EOFError
    file.seek(offset)
    return file.read(size)
