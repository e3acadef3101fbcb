"""Is a TIFF file whole? Its directories are walked by hand: readers forgive what is missing and fill in zeros."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WAY_OUT = "copy or export it again"


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


def _read_header(file: BinaryIO, path: Path) -> _Format:
    header = file.read(4)
    if not header:
        raise ValueError(f"'{path}' is empty (0 bytes), expected a TIFF file: {_WAY_OUT}")
    order = {b"II": "<", b"MM": ">"}.get(header[:2])
    version = struct.unpack(order + "H", header[2:])[0] if order and len(header) == 4 else 0
    if order is None or version not in (42, 43):
        raise ValueError(f"'{path}' is not a TIFF file (it starts with {header!r}): export it as .tif")
    return _format(order, version)


def _read_at(file: BinaryIO, position: int, length: int, path: Path) -> bytes:
    file.seek(position)
    data = file.read(length)
    if len(data) < length:
        raise ValueError(f"'{path}' is truncated: it ends within a directory at byte {position}: {_WAY_OUT}")
    return data


def _check_directory(file: BinaryIO, form: _Format, position: int, size: int, path: Path) -> int:
    """Check one directory and return the position of the next, 0 after the last."""
    (number,) = form.count.unpack(_read_at(file, position, form.count.size, path))
    start = position + form.count.size
    length = number * form.entry.size
    if start + length > size:
        raise ValueError(f"'{path}' is truncated: a directory ends at byte {start + length} of {size}: {_WAY_OUT}")
    for tag, kind, count, offset in form.entry.iter_unpack(_read_at(file, start, length, path)):
        values = count * _TYPE_BYTES.get(kind, 0)
        if values > form.offset.size and offset + values > size:
            raise ValueError(f"'{path}' is truncated: tag {tag} ends at byte {offset + values} of {size}: {_WAY_OUT}")
    return form.offset.unpack(_read_at(file, start + length, form.offset.size, path))[0]


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
    size = path.stat().st_size
    with path.open("rb") as file:
        form = _read_header(file, path)
        (position,) = form.offset.unpack(_read_at(file, form.start, form.offset.size, path))
        if position == 0:
            raise ValueError(f"'{path}' holds no page, expected at least one: {_WAY_OUT}")
        seen: set[int] = set()
        while position:
            if position in seen:
                raise ValueError(f"'{path}' is damaged: its directories run in a circle: {_WAY_OUT}")
            seen.add(position)
            position = _check_directory(file, form, position, size, path)
