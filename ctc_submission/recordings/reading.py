"""Frames of recordings: what their headers tell, their intensities, and what they are known by."""

from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import FrameFile, FrameInfo, Part, read_frame, read_frame_info
from ctc_submission.challenge.intensities import as_intensities
from ctc_submission.recordings.layout import RecordingFile, choose_channel
from ctc_submission.recordings.opening import open_file


def read_info(frame: FrameFile, axes: str | None = None) -> FrameInfo:
    """Read what the headers of a frame tell.

    Parameters
    ----------
    frame : FrameFile
        A file, or a part of one.
    axes : str, optional
        What the axes of a whole file are, in stored order, where it says otherwise.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        As `opening.open_file` and `challenge.frames.read_frame_info`; or if there is no such channel or time point.
    """
    if frame.part is None:
        return read_frame_info(frame.path, axes=axes)
    file = open_file(frame.path, frame.part.axes, frame.part.scene)
    _locate(file, frame.path, frame.part)
    return file.layout.info


def read_stack(frame: FrameFile, axes: str | None = None) -> NDArray:
    """Read the intensities of a frame.

    Parameters
    ----------
    frame : FrameFile
        A file, or a part of one, of which nothing else is read.
    axes : str, optional
        What the axes of a whole file are, in stored order, where it says otherwise.

    Returns
    -------
    (Z, Y, X) ndarray of uint8, uint16, float32 or float64
        Z is 1 for a 2D image.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        As `read_info`; or if it holds NaN, infinity or integers outside 0 to 65535.
    """
    if frame.part is None:
        return read_frame(frame.path, axes=axes)
    file = open_file(frame.path, frame.part.axes, frame.part.scene)
    return as_intensities(file.read(*_locate(file, frame.path, frame.part)), f"'{frame.path.parent / frame.name}'")


def hash_content(frame: FrameFile) -> str:
    """Return what a frame is known by: the hash of its file, or, of a part, of its size, type and intensities.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If it cannot be read.
    """
    return hash_file(frame.path) if frame.part is None else hash_stack(read_stack(frame))


def read_with_content(frame: FrameFile, axes: str | None = None) -> tuple[NDArray, str]:
    """Read the intensities of a frame, and what it is known by at that time.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        As `read_stack`.
    """
    if frame.part is None:
        content = hash_file(frame.path)
        return read_frame(frame.path, axes=axes), content
    stack = read_stack(frame)
    return stack, hash_stack(stack)


def hash_stack(stack: NDArray) -> str:
    """Return the XXH3 hash (128 bits) of a (Z, Y, X) stack's type, size and numbers, as 32 hexadecimal digits."""
    digest = xxhash.xxh3_128(f"{stack.dtype.name} {stack.shape}".encode())
    for plane in stack:
        digest.update(np.ascontiguousarray(plane, plane.dtype.newbyteorder("<")).data)
    return digest.hexdigest()


def _locate(file: RecordingFile, path: Path, part: Part) -> tuple[int, int]:
    """Find the numbers of the time point and the channel of a part."""
    times = file.layout.times
    if part.time is None and times > 1:
        raise ValueError(
            f"'{path}' holds {times} time points, expected one in each file of a folder: segment this file by itself"
        )
    if part.time is not None and part.time >= times:
        raise ValueError(f"'{path}' holds {times} time points, expected more than {part.time}: it was changed")
    return part.time or 0, choose_channel(file.layout, part.channel)
