"""The pages of a TIFF file as a strict reader sees them: tags as they stand, nothing guessed."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from ctc_submission.challenge.tiff.directories import Directory, TiffFile, open_tiff

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
    tiff = open_tiff(file)
    pages: list[TiffPage] = []
    cut = False
    try:
        for directory in tiff.directories():
            pages.append(TiffPage(dict(_read_tags(tiff, directory))))
    except EOFError:
        cut = True
    if not pages:
        raise ValueError("the file ends before its first page" if cut else "there is no page")
    return TiffPages(tuple(pages), tiff.byte_order, cut)


def _read_tags(tiff: TiffFile, directory: Directory) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Read the values of the tags that a mask needs."""
    for entry in directory.entries:
        if entry.tag in _USED and entry.kind in _INTEGERS:
            values = struct.Struct(f"{tiff.byte_order}{min(entry.number, _MOST_VALUES)}{_INTEGERS[entry.kind]}")
            fits = values.size <= len(entry.stored)
            stored = entry.stored if fits else tiff.read(tiff.values_at(entry), values.size, f"tag {entry.tag}")
            yield entry.tag, values.unpack(stored[: values.size])
