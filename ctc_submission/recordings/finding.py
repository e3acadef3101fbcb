"""The frames of a recording: time points of a file, numbered files of a sequence, or files of any name."""

import fnmatch
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ctc_submission.challenge.files import FrameFile, Part, find_frames
from ctc_submission.recordings.layout import choose_channel, choose_named, describe_part
from ctc_submission.recordings.opening import SUFFIXES, is_recording, is_tiff, open_file

_NUMBERED = re.compile(r"t[0-9]{3,4}\.tif")
_MASK = re.compile(r"(mask[0-9]+|.*_mask)\.tif", re.IGNORECASE)


def find_recording(
    source: Path,
    *,
    pattern: str | None = None,
    channel: str | None = None,
    axes: str | None = None,
    scene: str | None = None,
) -> list[FrameFile]:
    """List the frames of a recording, in time.

    Parameters
    ----------
    source : Path
        One file, or a folder: of ``t000.tif``, ``t001.tif``, ..., else of files of any name, in the order of their
        names, numbers by their value.
    pattern : str, optional
        Which files of a folder, such as ``*_C1.tif``, whatever else it holds.
    channel : str, optional
        Number, from 0, or name of the channel, where files hold several.
    axes : str, optional
        What the axes of TIFF files are, in stored order, where they say otherwise.
    scene : str, optional
        Number, from 0, or name of the scene (image, series, position), where files hold several.

    Returns
    -------
    list of FrameFile
        Masks are numbered (``mask000.tif``) for the time points of a file and for ``t000.tif``, ...; else they are
        named after their files (``NAME_mask.tif``).

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder, or nothing to be read in it.
    ValueError
        If a file cannot be read, a channel or a scene is to be chosen, numbers are missing, or two masks would have
        one name.
    OSError
        If the package that reads such files is not installed.
    """
    wanted = Part(None, channel, axes, scene)
    if is_recording(source):
        if pattern is not None:
            raise ValueError(
                f"'{source}' is one file, and --pattern '{pattern}' chooses files of a folder: leave it out"
            )
        return _of_file(source, wanted)
    if pattern is None and (not source.is_dir() or _holds_numbered(source) or not _images(source)):
        frames = find_frames(source)
    else:
        frames = _named(source, pattern)
    return _with_parts(frames, wanted)


def describe_recording(frames: Sequence[FrameFile]) -> str:
    """Say what was chosen, such as ``12 time points of movie.lif, scene 0 (embryo), channel 1 (GFP)``."""
    first, last = frames[0], frames[-1]
    if first.part is not None and first.part.time is not None:
        files = f"{len(frames)} time points of {first.path.name}"
    elif len(frames) == 1:
        files = first.path.name
    else:
        files = f"{len(frames)}, {first.path.name} to {last.path.name}"
    if first.part is None:
        return files
    layout, chosen = open_file(first.path, first.part.axes, first.part.scene).layout, first.part
    if chosen.scene is not None:
        files += (
            f", scene {describe_part(layout.scenes, choose_named(first.path, 'scene', layout.scenes, chosen.scene))}"
        )
    if chosen.channel is not None:
        files += f", channel {describe_part(layout.channels, choose_channel(layout, chosen.channel))}"
    return files


def select_part(frame: FrameFile, part: Part) -> FrameFile:
    """Return a file of one time point as a frame, of a channel and a scene if they are named."""
    is_whole = part.channel is None and part.scene is None and is_tiff(frame.path)
    return frame if is_whole else replace(frame, part=part)


def _of_file(path: Path, wanted: Part) -> list[FrameFile]:
    """List the time points of a file."""
    layout = open_file(path, wanted.axes, wanted.scene).layout
    choose_channel(layout, wanted.channel)
    if layout.times == 1:
        number = path.stem[1:] if path.stem[:1] == "t" and path.stem[1:].isdigit() else ""
        single = FrameFile(path, int(number or 0), max(3, len(number)), names_mask=not number)
        return [select_part(single, wanted)]
    digits = max(3, len(str(layout.times - 1)))
    return [FrameFile(path, time, digits, replace(wanted, time=time)) for time in range(layout.times)]


def _holds_numbered(folder: Path) -> bool:
    return any(_NUMBERED.fullmatch(path.name) for path in folder.iterdir())


def _images(folder: Path) -> list[Path]:
    """List the images of a folder that are no masks."""
    return [path for path in folder.iterdir() if _is_image(path) and not _MASK.fullmatch(path.name)]


def _is_image(path: Path) -> bool:
    return is_recording(path) and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _named(folder: Path, pattern: str | None) -> list[FrameFile]:
    """List files of any name."""
    if pattern is None:
        chosen = _images(folder)
    else:
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder '{folder}', expected one with files like '{pattern}'")
        chosen = [path for path in folder.iterdir() if is_recording(path) and fnmatch.fnmatch(path.name, pattern)]
    if not chosen:
        names = sorted(path.name for path in folder.iterdir())
        raise FileNotFoundError(
            f"'{folder}' holds no file like '{pattern}', but {', '.join(names[:5]) or 'nothing'}: name another "
            "pattern, in quotes"
        )
    ordered = sorted(chosen, key=_order)
    frames = [FrameFile(path, number, 3, names_mask=True) for number, path in enumerate(ordered)]
    ((mask, count),) = Counter(frame.mask_name for frame in frames).most_common(1)
    if count > 1:
        both = [frame.path.name for frame in frames if frame.mask_name == mask]
        raise ValueError(
            f"'{folder}' holds {' and '.join(both)}, whose masks would both be {mask}: choose by --pattern"
        )
    return frames


def _order(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Sort by name, numbers in it by their value."""
    pieces = re.split(r"([0-9]+)", path.name.lower())
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces], path.name


def _with_parts(frames: list[FrameFile], wanted: Part) -> list[FrameFile]:
    """Choose the channel of files; where it is to be chosen and is not, the first file tells."""
    if wanted.channel is None:
        _check_channels(frames[0], wanted)
    return [select_part(frame, wanted) for frame in frames]


def _check_channels(frame: FrameFile, wanted: Part) -> None:
    try:
        layout = open_file(frame.path, wanted.axes, wanted.scene).layout
    except (ValueError, OSError):
        return  # told with the other frames that cannot be read
    choose_channel(layout, None)
