"""The directories of a TIFF file as they stand: nothing is guessed, and nothing that is missing is forgiven.

Follows the TIFF 6.0 specification and its 64-bit form, BigTIFF.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_FIX = "copy or export it again"


class Entry(NamedTuple):
    """An entry of a directory."""

    tag: int
    """Number of the tag."""
    kind: int
    """Type of its values."""
    number: int
    """Number of its values."""
    stored: bytes
    """The values if they fit, else their position."""


@dataclass(frozen=True)
class Directory:
    """The directory of a page."""

    entries: tuple[Entry, ...]
    """Its entries, in order."""
    following: int
    """Position of the next directory; 0 ends the chain."""


@dataclass(frozen=True)
class TiffFile:
    """An open TIFF file."""

    file: BinaryIO
    """The file."""
    size: int
    """Its size in bytes."""
    byte_order: str
    """``<`` or ``>``, little or big endian."""
    is_big: bool
    """Whether it is a BigTIFF."""

    @property
    def offset(self) -> struct.Struct:
        """How a position in the file is written."""
        return struct.Struct(self.byte_order + ("Q" if self.is_big else "I"))

    @property
    def first(self) -> int:
        """Position of the first directory; 0 without a page.

        Raises
        ------
        EOFError
            If the file ends before.
        """
        return self.offset.unpack(self.read(8 if self.is_big else 4, self.offset.size, "the header"))[0]

    def directories(self) -> Iterator[Directory]:
        """Yield the directories, one by one, until the chain ends or comes back to one of them.

        Raises
        ------
        EOFError
            If the file ends before a directory does.
        """
        position = self.first
        seen: set[int] = set()
        while position and position not in seen:
            seen.add(position)
            directory = self._read_directory(position)
            yield directory
            position = directory.following

    def values_at(self, entry: Entry) -> int:
        """Return the position of values that do not fit an entry."""
        return self.offset.unpack(entry.stored)[0]

    def read(self, position: int, length: int, what: str) -> bytes:
        """Read exactly `length` bytes.

        Raises
        ------
        EOFError
            If the file ends before.
        """
        self.check_end(position + length, what)
        self.file.seek(position)
        return self.file.read(length)

    def check_end(self, end: int, what: str) -> None:
        """Raise an EOFError if something ends after the file."""
        if end > self.size:
            raise EOFError(f"{what} ends at byte {end} of {self.size}")

    def _read_directory(self, position: int) -> Directory:
        count = struct.Struct(self.byte_order + ("Q" if self.is_big else "H"))
        entry = struct.Struct(self.byte_order + ("HHQ8s" if self.is_big else "HHI4s"))
        (number,) = count.unpack(self.read(position, count.size, "a directory"))
        start = position + count.size
        entries = self.read(start, number * entry.size, "a directory")
        (following,) = self.offset.unpack(self.read(start + len(entries), self.offset.size, "a directory"))
        return Directory(tuple(map(Entry._make, entry.iter_unpack(entries))), following)


def open_tiff(file: BinaryIO) -> TiffFile:
    """Read how a TIFF file is laid out.

    Parameters
    ----------
    file : binary file
        Open for reading.

    Raises
    ------
    ValueError
        If it does not begin as a TIFF file does.
    """
    file.seek(0)
    header = file.read(4)
    order = {b"II": "<", b"MM": ">"}.get(header[:2])
    version = struct.unpack(f"{order}H", header[2:])[0] if order and len(header) == 4 else 0
    if order is None or version not in (42, 43):
        raise ValueError(f"not a TIFF file (it starts with {header!r})")
    return TiffFile(file, os.fstat(file.fileno()).st_size, order, is_big=version == 43)


def check_directories(path: Path) -> None:
    """Check that the chain of directories ends properly and that every tag lies within the file.

    Parameters
    ----------
    path : Path
        A TIFF or BigTIFF file of either byte order.

    Raises
    ------
    ValueError
        If the file is empty, not a TIFF, without pages or truncated, or if its directories run in a circle.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise ValueError(f"'{path}' is empty (0 bytes), expected a TIFF file: {_FIX}")
        try:
            tiff = open_tiff(file)
        except ValueError as error:
            raise ValueError(f"'{path}' is {error}: export it as .tif") from error
        try:
            last = _check_entries(tiff)
        except EOFError as error:
            raise ValueError(f"'{path}' is truncated: {error}: {_FIX}") from error
    if last is None:
        raise ValueError(f"'{path}' holds no page, expected at least one: {_FIX}")
    if last.following:
        raise ValueError(f"'{path}' is damaged: its directories run in a circle: {_FIX}")


def _check_entries(tiff: TiffFile) -> Directory | None:
    """Check that the values of all entries lie within the file; return the last directory, if there is one."""
    directory = None
    for directory in tiff.directories():
        for entry in directory.entries:
            length = entry.number * _TYPE_BYTES.get(entry.kind, 0)
            if length > len(entry.stored):
                tiff.check_end(tiff.values_at(entry) + length, f"tag {entry.tag}")
    return directory
