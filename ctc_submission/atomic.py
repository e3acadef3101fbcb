"""Files that are there whole or not at all."""

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

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

    The temporary file lies in the same folder, as ``.mask000.tif.part`` for ``mask000.tif``, or under a name of its own
    while somebody else writes the same file. If anything fails it is removed, and an older file stays as it was.

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
    try:
        temporary, file = _open_temporary(path)
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if fcntl is None:  # Windows moves no open file; elsewhere closing would unlock it
                    file.close()
                temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        way_out = _WAYS_OUT.get(error.errno or 0, "check the disk")
        raise OSError(
            error.errno or errno.EIO, f"cannot write '{path}' ({error.strerror or error}): {way_out}"
        ) from error


def _open_temporary(path: Path) -> tuple[Path, BinaryIO]:
    temporary = path.with_name(f".{path.name}.part")
    file = open(temporary, "w+b", opener=lambda name, flags: os.open(name, flags & ~os.O_TRUNC, 0o666))  # noqa: SIM115
    if _is_free(temporary, file):
        if os.fstat(file.fileno()).st_size:  # left by a run that was killed
            file.truncate()
        return temporary, file
    file.close()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    return temporary, temporary.open("x+b")


def _is_free(temporary: Path, file: BinaryIO) -> bool:
    """Lock a file, unless another writer holds it or has given it its own name meanwhile."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(temporary.stat(), os.fstat(file.fileno()))
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:  # a file system without locks
        return True


def name_of_temporary(name: str) -> str | None:
    """Return which file a temporary one was to become, such as ``a.tif`` for ``.a.tif.part``; None for other names."""
    found = re.fullmatch(r"\.(.+?)(?:\.[0-9a-f]{8})?\.part", name)
    return found[1] if found else None


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
