"""Files that are there whole or not at all."""

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_FIXES = {
    errno.ENOSPC: "free some space on that disk",
    errno.EDQUOT: "free some space: the quota is used up",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder on a disk that is not read-only",
    errno.ENOENT: "make its folder first",
    errno.ENOTDIR: "choose a path that does not lead through a file",
    errno.EISDIR: "choose another name, this is a folder",
}
_NOT_OURS = (errno.ELOOP, errno.EPERM, errno.EACCES, errno.EISDIR, errno.ENXIO, errno.EMLINK)
"""Why a temporary file of another run cannot be taken over; then one with a name of its own is made."""


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
        If the file cannot be written; the message names it and how to fix it.
    """
    try:
        temporary, file = _open_temporary(path)
        with file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if fcntl is None:  # Windows moves no open file; elsewhere closing would unlock it
                    file.close()
                temporary.replace(path)
            except BaseException:
                _remove(temporary, file)
                raise
    except OSError as error:
        fix = _FIXES.get(error.errno or 0, "check the disk")
        raise OSError(error.errno or errno.EIO, f"cannot write '{path}' ({error.strerror or error}): {fix}") from error


def _open_temporary(path: Path) -> tuple[Path, BinaryIO]:
    temporary = path.with_name(f".{path.name}.part")
    try:
        file = open_unlinked(temporary)
        if _is_free(temporary, file):
            if os.fstat(file.fileno()).st_size:  # left by a run that was killed
                file.truncate()
            return temporary, file
        file.close()
    except OSError as error:
        if error.errno not in _NOT_OURS:
            raise
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    return temporary, temporary.open("x+b")


def open_unlinked(path: Path) -> BinaryIO:
    """Open a file to read and write, or make it; what others may have put there to be written through is refused.

    Parameters
    ----------
    path : Path
        The file; its content stays.

    Raises
    ------
    OSError
        If it is a link, has a second name, or is no regular file; or cannot be written to.
    """
    flags = os.O_RDWR | os.O_CREAT
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):  # where the system has them
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags, 0o666)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(descriptor)
        raise PermissionError(errno.EPERM, "it is no file of its own, but a link or a device", str(path))
    return open(path, "r+b", opener=lambda *_: descriptor)


def _is_free(temporary: Path, file: BinaryIO) -> bool:
    """Lock a file, unless another writer holds it or has given it its own name meanwhile, or there are no locks."""
    try:
        if not lock(file):
            return False
    except OSError:  # a file system without locks
        if not os.fstat(file.fileno()).st_size:
            _remove(temporary, file)
        return False
    return fcntl is None or _is_named(temporary, file)


def lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed; False if another writer holds it. Windows opens no file for two writers.

    Raises
    ------
    OSError
        If the file system has no locks.
    """
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait until no other process of this tool holds a folder, and hold it: for files that are read and written anew.

    The folder itself is locked, so nothing lies in it for that. Windows, and file systems without locks, have none:
    there nobody waits.

    Parameters
    ----------
    folder : Path
        A folder that exists.
    """
    with contextlib.ExitStack() as held:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
                held.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _is_named(temporary: Path, file: BinaryIO) -> bool:
    """Whether an open file still has a name."""
    try:
        return os.path.samestat(temporary.lstat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _remove(temporary: Path, file: BinaryIO) -> None:
    """Remove an open file, unless its name is that of another one by now."""
    with contextlib.suppress(OSError):
        if file.closed:  # on Windows, where no other one takes the name
            temporary.unlink()
        elif _is_named(temporary, file):
            if fcntl is None:
                file.close()
            temporary.unlink()


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
