"""The SW folder of a submission, unpacked, as a zip archive, or still to be written: names, modes and contents."""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_EXECUTABLE = stat.S_IXUSR
_MADE_BY_RUNNING = frozenset({".venv", ".venv.lock", "__pycache__"})


@dataclass(frozen=True)
class SoftwareFile:
    """One file of SW."""

    name: str
    """Path within SW, with slashes."""
    executable: bool
    """Whether it may be executed."""
    open: Callable[[], IO[bytes]]
    """Opens it for reading."""

    def read(self) -> bytes:
        """Read the whole file.

        Raises
        ------
        ValueError
            If its archive is damaged there.
        """
        try:
            with self.open() as file:
                return file.read()
        except (zipfile.BadZipFile, zlib.error) as cause:
            raise ValueError(f"{self.name}: damaged in its archive ({cause}); pack or copy it again") from cause


@dataclass(frozen=True)
class Software:
    """All files of SW."""

    location: str
    """The folder or archive, for messages."""
    files: tuple[SoftwareFile, ...]
    """The files, by name."""

    def __contains__(self, name: str) -> bool:
        """Whether there is a file of this path within SW."""
        return any(file.name == name for file in self.files)

    def find(self, name: str) -> SoftwareFile | None:
        """Return the file of this path within SW, None if there is none."""
        return next((file for file in self.files if file.name == name), None)

    def path(self, name: str) -> str:
        """Name a file for messages."""
        return f"{self.location}/{name}"


def file_on_disk(path: Path, name: str) -> SoftwareFile:
    """Make a file of SW from one on the disk."""
    return SoftwareFile(name, bool(path.stat().st_mode & _EXECUTABLE), lambda: path.open("rb"))


def file_of_bytes(name: str, content: bytes, executable: bool = False) -> SoftwareFile:
    """Make a file of SW from what is to be in it."""
    return SoftwareFile(name, executable, lambda: io.BytesIO(content))


def file_of_text(name: str, text: str, executable: bool = False) -> SoftwareFile:
    """Make a file of SW from its text."""
    return file_of_bytes(name, text.encode(), executable)


def read_software(path: Path) -> Software:
    """List the files of SW, but for what running the executables leaves there: environment and compiled Python.

    Parameters
    ----------
    path : Path
        The folder, or a zip archive with the files in a folder ``SW`` or at its root.

    Raises
    ------
    FileNotFoundError
        If there is neither.
    ValueError
        If it is a file but no zip archive.
    """
    if path.is_dir():
        return _sorted(str(path), (file_on_disk(each, each.relative_to(path).as_posix()) for each in _walk(path)))
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such folder or archive; expected SW with the executables")
    return _sorted(str(path), _read_archive(path))


def _read_archive(path: Path) -> Iterator[SoftwareFile]:
    """List the files of a zip archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile as cause:
        raise ValueError(f"{path}: not a readable zip archive ({cause}); pack or copy it again") from cause
    for entry in entries:
        mode = entry.external_attr >> 16
        yield SoftwareFile(entry.filename.removeprefix("SW/"), bool(mode & _EXECUTABLE), _opener(path, entry.filename))


def _opener(path: Path, name: str) -> Callable[[], IO[bytes]]:
    """Return what opens one file of an archive."""

    def open_entry() -> IO[bytes]:
        with zipfile.ZipFile(path) as archive:
            return archive.open(name)

    return open_entry


def _walk(folder: Path) -> Iterator[Path]:
    """List the files in a folder and its subfolders."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _MADE_BY_RUNNING]
        yield from (Path(parent) / name for name in names if name not in _MADE_BY_RUNNING)


def _sorted(location: str, files: Iterator[SoftwareFile]) -> Software:
    """Put files in the order of their names."""
    return Software(location, tuple(sorted(files, key=lambda file: file.name)))
