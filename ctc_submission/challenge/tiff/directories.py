"""Is a TIFF file whole? Its directories are walked by hand: readers forgive what is missing and fill in zeros."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_FIX = "copy or export it again"


@dataclass(frozen=True)
class _Format:
    """How numbers are written in the directories of one kind of TIFF."""

    start: int
    """Where the offset of the first directory stands."""
    count: struct.Struct
    """Number of entries, at the head of a directory."""
    entry: struct.Struct
    """One entry: tag, type, number of values, offset of the values."""
    offset: struct.Struct
    """Offset of the next directory; 0 ends the chain."""


def _format(order: str, version: int) -> _Format:
    """Return the format of classic TIFF (42) or BigTIFF (43) in a byte order of ``struct``."""
    start, count, entry, offset = (4, "H", "HHII", "I") if version == 42 else (8, "Q", "HHQQ", "Q")
    return _Format(start, struct.Struct(order + count), struct.Struct(order + entry), struct.Struct(order + offset))


@dataclass(frozen=True)
class _OpenFile:
    """A file being checked."""

    file: BinaryIO
    """The file, open."""
    path: Path
    """Its name, for messages."""
    size: int
    """Its size in bytes."""

    def read(self, position: int, length: int, what: str) -> bytes:
        """Read `length` bytes, all of them within the file."""
        self.check_end(position + length, what)
        self.file.seek(position)
        return self.file.read(length)

    def check_end(self, end: int, what: str) -> None:
        """Check that something ends within the file."""
        if end > self.size:
            raise ValueError(f"'{self.path}' is truncated: {what} ends at byte {end} of {self.size}: {_FIX}")


def _read_header(tiff: _OpenFile) -> _Format:
    header = tiff.file.read(4)
    if not header:
        raise ValueError(f"'{tiff.path}' is empty (0 bytes), expected a TIFF file: {_FIX}")
    order = {b"II": "<", b"MM": ">"}.get(header[:2])
    version = struct.unpack(order + "H", header[2:])[0] if order and len(header) == 4 else 0
    if order is None or version not in (42, 43):
        raise ValueError(f"'{tiff.path}' is not a TIFF file (it starts with {header!r}): export it as .tif")
    return _format(order, version)


def _check_directory(tiff: _OpenFile, form: _Format, position: int) -> int:
    """Check one directory and return the position of the next, 0 after the last."""
    (number,) = form.count.unpack(tiff.read(position, form.count.size, "a directory"))
    start = position + form.count.size
    length = number * form.entry.size
    for tag, kind, count, offset in form.entry.iter_unpack(tiff.read(start, length, "a directory")):
        values = count * _TYPE_BYTES.get(kind, 0)
        if values > form.offset.size:
            tiff.check_end(offset + values, f"tag {tag}")
    return form.offset.unpack(tiff.read(start + length, form.offset.size, "a directory"))[0]


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
        tiff = _OpenFile(file, path, path.stat().st_size)
        form = _read_header(tiff)
        (position,) = form.offset.unpack(tiff.read(form.start, form.offset.size, "the header"))
        if position == 0:
            raise ValueError(f"'{path}' holds no page, expected at least one: {_FIX}")
        seen: set[int] = set()
        while position:
            if position in seen:
                raise ValueError(f"'{path}' is damaged: its directories run in a circle: {_FIX}")
            seen.add(position)
            position = _check_directory(tiff, form, position)
