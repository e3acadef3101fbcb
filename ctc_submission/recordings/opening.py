"""Opening a recording's file by what its name says it is; headers are read once."""

import functools
from collections.abc import Callable
from pathlib import Path

from ctc_submission.recordings.bioio import BioioRecording
from ctc_submission.recordings.layout import RecordingFile
from ctc_submission.recordings.ome_zarr import OmeZarrRecording
from ctc_submission.recordings.tiff import TiffRecording

TIFF_SUFFIXES = (".tif", ".tiff", ".btf", ".tf2", ".tf8")
"""Last parts of the names of TIFF files; files of unknown names are taken for such."""
_READERS: dict[str, Callable[[Path], RecordingFile]] = {
    ".zarr": OmeZarrRecording,
    ".czi": BioioRecording,
    ".lif": BioioRecording,
    ".nd2": BioioRecording,
}
SUFFIXES = (*TIFF_SUFFIXES, *_READERS)
"""Last parts of the names of all files that are read, in lower case."""


def is_tiff(path: Path) -> bool:
    """Whether a file is read as TIFF."""
    return path.suffix.lower() not in _READERS


def is_recording(path: Path) -> bool:
    """Whether a path is that of one recording: a file, or the folder of a zarr."""
    return path.is_file() or (path.is_dir() and path.suffix.lower() == ".zarr")


def open_file(path: Path, axes: str | None = None) -> RecordingFile:
    """Read the headers of a recording's file; those of a file that has not changed are remembered.

    Parameters
    ----------
    path : Path
        A TIFF file, an OME-Zarr folder, or a file that an installed reader of bioio takes.
    axes : str, optional
        What the axes of a TIFF file are, in stored order, where the file says otherwise.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not readable, or holds no gray image.
    OSError
        If the package that reads such files is not installed.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file '{path}', expected an image")
    status = path.stat()
    return _open(path, axes, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _open(path: Path, axes: str | None, _size: int, _changed: int) -> RecordingFile:
    if is_tiff(path):
        return TiffRecording(path, axes)
    if axes is not None:
        raise ValueError(f"'{path}' says itself what its axes are, and axes is '{axes}': leave --axes out")
    return _READERS[path.suffix.lower()](path)
