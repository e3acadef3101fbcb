"""ZIP archives unpacked: whole or not at all, and nowhere but where they belong."""

import contextlib
import errno
import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from tqdm import tqdm

from ctc_submission.download.space import check_space

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, NotImplementedError),
    *(ArithmeticError, LookupError, AttributeError, TypeError, UnicodeError, MemoryError),
)
"""What Python's reader raises at a damaged archive."""


def unpack(archive: Path, folder: Path) -> int:
    """Unpack the archive of a dataset.

    Parameters
    ----------
    archive : Path
        ZIP file that holds a folder of the name of `folder`, or what belongs into it.
    folder : Path
        The folder to be; it must not exist. It appears when all of it is there.

    Returns
    -------
    int
        Number of files.

    Raises
    ------
    ValueError
        If the archive is damaged, or names files outside of it.
    OSError
        If the disk has not enough space, or a file cannot be written.
    """
    part = folder.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with _naming_damage(archive):
            members = _list_members(archive)
        check_space(folder.parent, sum(member.file_size for member in members))
        with _naming_damage(archive), zipfile.ZipFile(archive) as source:
            part.mkdir()
            for member in tqdm(members, unit="file", desc=f"unpacking {folder.name}"):
                source.extract(member, part)
        top = part / folder.name
        (top if top.is_dir() else part).rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(members)


def _list_members(archive: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(archive) as source:
        members = [member for member in source.infolist() if not member.is_dir()]
    _check_names(members, archive)
    return members


@contextlib.contextmanager
def _naming_damage(archive: Path) -> Iterator[None]:
    """Name the archive where it is damaged; other errors of the system stay what they are."""
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(archive, error) from error
    except ValueError as error:
        if str(error).startswith(str(archive)):
            raise
        raise _damaged(archive, error) from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL) and error.filename is None:  # of bzip2; a place before the beginning
            raise _damaged(archive, error) from error
        raise


def _damaged(archive: Path, error: BaseException) -> ValueError:
    reason = str(error) or type(error).__name__
    return ValueError(f"{archive}: not a sound ZIP file ({reason}); remove it and run the same command again")


def _check_names(members: Sequence[zipfile.ZipInfo], archive: Path) -> None:
    """Refuse an archive with a file that would lie outside of its folder."""
    for member in members:
        for path in (PurePosixPath(member.filename), PureWindowsPath(member.filename)):
            if path.anchor or ".." in path.parts:
                raise ValueError(
                    f"{archive}: holds '{member.filename}', which leads out of its folder; nothing was unpacked"
                )
    if not members:
        raise ValueError(f"{archive}: holds no file, expected a dataset; remove it and run the same command again")
