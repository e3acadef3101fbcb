"""Sequences: folders of files that are numbered in time, one per frame."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.frames import FrameInfo
from ctc_submission.challenge.strays import find_strays

_LOG = logging.getLogger(__name__)
_SHOWN = 5


_SUFFIXES = re.compile(r"(\.ome)?\.[A-Za-z0-9]+$")


@dataclass(frozen=True)
class Part:
    """The part of a file that is a frame, where the file may hold several."""

    time: int | None = None
    """Number of the time point, from 0; None for a file that must hold one."""
    channel: str | None = None
    """Number, from 0, or name of the channel; None for a file that must hold one."""
    axes: str | None = None
    """What the axes are, in stored order, where the file says otherwise."""
    scene: str | None = None
    """Number, from 0, or name of the scene (image, series, position); None for a file that must hold one."""


@dataclass(frozen=True)
class FrameFile:
    """A file of a sequence and its place in time."""

    path: Path
    """The file."""
    number: int
    """Frame number, as in the file name."""
    digits: int
    """Digits of the number in the file name, leading zeros included: 3 or 4."""
    part: Part | None = None
    """Which part of the file it is; None for a TIFF file that is one stack."""
    names_mask: bool = False
    """Whether the mask is named after the file, rather than by the number."""

    @property
    def name(self) -> str:
        """What messages and records call it: the file's name, and the time point where the file holds several."""
        return self.path.name if self.part is None or self.part.time is None else f"{self.path.name}[{self.part.time}]"

    @property
    def mask_name(self) -> str:
        """Name of its mask: ``mask000.tif`` with the same number, or ``NAME_mask.tif`` for ``NAME.tif``."""
        if self.names_mask:
            return f"{_SUFFIXES.sub('', self.path.name)}_mask.tif"
        return f"mask{self.number:0{self.digits}d}.tif"


def find_frames(folder: str | Path, prefix: str = "t", *, allow_gaps: bool = False) -> list[FrameFile]:
    """List the files of a sequence in time, such as t000.tif, t001.tif, ...

    Parameters
    ----------
    folder : str or Path
        Folder of the sequence; what looks like a frame but has another name is named in a warning.
    prefix : str
        What stands before the number: ``t``, ``mask``, ``man_seg`` or ``man_track``.
    allow_gaps : bool
        Whether numbers may be missing, as in references. They need not start at 0 in any case.

    Returns
    -------
    list of FrameFile
        Sorted by number.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist, or holds no such files.
    NotADirectoryError
        If it is a file.
    ValueError
        If a number is missing, or if names have three as well as four digits.
    """
    folder = Path(folder)
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder '{folder}', expected one with {_pattern(prefix)}")
    if not folder.is_dir():
        raise NotADirectoryError(f"'{folder}' is a file, expected a folder with {_pattern(prefix)}")
    name = re.compile(re.escape(prefix) + r"([0-9]{3,4})\.tif")
    matches = ((path, name.fullmatch(path.name)) for path in folder.iterdir() if path.is_file())
    frames = [FrameFile(path, int(match[1]), len(match[1])) for path, match in matches if match]
    frames.sort(key=lambda frame: (frame.number, frame.digits))
    _check_names(frames, folder, prefix)
    strays = find_strays(folder, prefix, {frame.path.name for frame in frames})
    if not allow_gaps:
        _check_gaps(frames, folder, prefix, strays)
    if strays:
        _LOG.warning("%s: left out, as frames are named %s000.tif: %s", folder, prefix, ", ".join(strays))
    return frames


def _pattern(prefix: str) -> str:
    return f"frames named {prefix}000.tif, {prefix}001.tif, ... (three or four digits)"


def _check_names(frames: list[FrameFile], folder: Path, prefix: str) -> None:
    if not frames:
        raise FileNotFoundError(f"'{folder}' holds {_contents(folder)}, expected {_pattern(prefix)}")
    other = next((frame for frame in frames if frame.digits != frames[0].digits), None)
    if other is not None:
        raise ValueError(
            f"'{folder}' mixes three and four digits, such as {frames[0].path.name} and {other.path.name}: "
            "rename or remove the odd ones"
        )


def _contents(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())
    return _some(names, "other files") if names else "nothing"


def _some(names: list[str], kind: str) -> str:
    more = ", ..." if len(names) > _SHOWN else ""
    return f"{len(names)} {kind} ({', '.join(names[:_SHOWN])}{more})"


def _check_gaps(frames: list[FrameFile], folder: Path, prefix: str, strays: list[str]) -> None:
    first, last = frames[0], frames[-1]
    missing = sorted(set(range(first.number, last.number)) - {frame.number for frame in frames})
    if missing:
        names = [f"{prefix}{number:0{first.digits}d}.tif" for number in missing]
        others = f", and holds {_some(strays, 'files of other names')}" if strays else ""
        raise ValueError(
            f"'{folder}' lacks {_some(names, 'frames')} between {first.path.name} and {last.path.name}{others}: "
            "add them, or number the frames without gaps"
        )


def check_same_geometry(infos: Sequence[FrameInfo]) -> None:
    """Check that the frames of a sequence have one size and one type.

    Parameters
    ----------
    infos : sequence of FrameInfo
        What the frames' headers tell, in time.

    Raises
    ------
    ValueError
        If a frame differs from the first; the message names the first that does.
    """
    for info in infos:
        if (info.shape, info.dtype) != (infos[0].shape, infos[0].dtype):
            raise ValueError(
                f"'{info.path}' is {_geometry(info)}, but '{infos[0].path.name}' is {_geometry(infos[0])}: "
                "all frames of a sequence need one size (Z, Y, X) and one type"
            )


def _geometry(info: FrameInfo) -> str:
    return f"{' x '.join(map(str, info.shape))} {info.dtype}"
