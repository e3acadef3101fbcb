"""Files that are there whole or not at all."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_WAYS_OUT = {
    errno.ENOSPC: "free some space on that disk",
    errno.EDQUOT: "free some space: the quota is used up",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder on a disk that is not read-only",
    errno.ENOENT: "make its folder first",
    errno.ENOTDIR: "choose a path that does not lead through a file",
    errno.EISDIR: "choose another name, this is a folder",
}


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file under a temporary name, and give it its own name once all is written.

    The temporary file lies in the same folder, as ``.mask000.tif.part`` for ``mask000.tif``. If anything fails it is
    removed, and an older file stays as it was.

    Parameters
    ----------
    path : Path
        The file to be.

    Yields
    ------
    binary file
        To write to; flushed to the disk and closed at the end.

    Raises
    ------
    OSError
        If the file cannot be written; the message names it and the way out.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        way_out = _WAYS_OUT.get(error.errno or 0, "check the disk")
        raise OSError(
            error.errno or errno.EIO, f"cannot write '{path}' ({error.strerror or error}): {way_out}"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def write_text_atomic(path: str | Path, text: str) -> None:
    """Write a text file, whole or not at all, in UTF-8 with the line ends as they are.

    Parameters
    ----------
    path : str or Path
        The file; its folder must exist.
    text : str
        Its whole content.

    Raises
    ------
    OSError
        If the file cannot be written; an older file stays as it was.
    """
    with replacing(Path(path)) as file:
        file.write(text.encode())
