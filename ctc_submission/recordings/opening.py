"""Opening a recording's file by what its name says it is; headers are read once."""

import functools
from pathlib import Path

from ctc_submission.recordings.bioio import BioioRecording
from ctc_submission.recordings.layout import RecordingFile
from ctc_submission.recordings.ome_zarr import OmeZarrRecording
from ctc_submission.recordings.tiff import TiffRecording

TIFF_SUFFIXES = (".tif", ".tiff", ".btf", ".tf2", ".tf8")
"""Last parts of the names of TIFF files; files of unknown names are taken for such."""
_OF_MICROSCOPES = (".czi", ".lif", ".nd2")
SUFFIXES = (*TIFF_SUFFIXES, ".zarr", *_OF_MICROSCOPES)
"""Last parts of the names of all files that are read, in lower case."""


def is_tiff(path: Path) -> bool:
    """Whether a file is read as TIFF."""
    return path.suffix.lower() not in (".zarr", *_OF_MICROSCOPES)


def is_recording(path: Path) -> bool:
    """Whether a path is that of one recording: a file, or the folder of a zarr."""
    return path.is_file() or (path.is_dir() and path.suffix.lower() == ".zarr")


def open_file(path: Path, axes: str | None = None, scene: str | None = None) -> RecordingFile:
    """Read the headers of a recording's file; those of a file that has not changed are remembered.

    Parameters
    ----------
    path : Path
        A TIFF file, an OME-Zarr folder, or a file that an installed reader of bioio takes.
    axes : str, optional
        What the axes of a TIFF file are, in stored order, where the file says otherwise.
    scene : str, optional
        Number, from 0, or name of the scene, where the file holds several.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not readable, holds no gray image, or holds several scenes, or no such one.
    OSError
        If the package that reads such files is not installed.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file '{path}', expected an image")
    status = path.stat()
    return _open(path, axes, scene, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _open(path: Path, axes: str | None, scene: str | None, _size: int, _changed: int) -> RecordingFile:
    suffix = path.suffix.lower()
    if suffix in _OF_MICROSCOPES:
        _check_no_axes(path, axes)
        return BioioRecording(path, scene)
    if scene is not None:
        raise ValueError(f"'{path}' holds one scene, and --scene '{scene}' chooses one of several: leave it out")
    if suffix == ".zarr":
        _check_no_axes(path, axes)
        return OmeZarrRecording(path)
    return TiffRecording(path, axes)


def _check_no_axes(path: Path, axes: str | None) -> None:
    if axes is not None:
        raise ValueError(f"'{path}' says itself what its axes are, and axes is '{axes}': leave --axes out")
