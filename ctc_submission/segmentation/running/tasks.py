"""What is to be done for a frame, and the parts of it that are the same wherever they are done."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import FrameFile, MaskType, write_mask
from ctc_submission.challenge.run_record import FinishedFrame
from ctc_submission.recordings.reading import hash_content, read_with_content
from ctc_submission.segmentation.segmenter import Found, Segmenter


@dataclass(frozen=True)
class Task:
    """A frame to be segmented."""

    frame: FrameFile
    """The file, or the part of one."""
    shape: tuple[int, ...]
    """Size (Z, Y, X)."""
    ndim: int
    """2 or 3: whether the mask is an image or a stack."""
    mask: Path
    """The file to be written."""
    mask_type: MaskType = "uint16"
    """Type of the mask's labels."""


@dataclass(frozen=True)
class LoadedFrame:
    """A frame in memory."""

    stack: np.ndarray
    """(Z, Y, X) intensities."""
    content: str
    """Hash of what was read, see `recordings.reading.hash_content`."""


@dataclass(frozen=True)
class Failed:
    """A frame that cannot be segmented; others can."""

    reason: str
    """Why, with the name of the file."""


def load_frame(task: Task, axes: str | None) -> LoadedFrame | Failed:
    """Read a task's frame, its axes as given or as the file tells them."""
    try:
        return LoadedFrame(*read_with_content(task.frame, axes))
    except (ValueError, OSError) as error:
        return Failed(str(error))


def finish_job(segmenter: Segmenter, task: Task, content: str, found: Found, seconds: float) -> FinishedFrame | Failed:
    """Label what `Segmenter.find_foreground` found, and write the mask.

    Parameters
    ----------
    segmenter : Segmenter
        Configuration and networks.
    task : Task
        The frame.
    content : str
        Hash of the frame when it was read. Where that has changed since, no mask is written.
    found : Found
        What the networks found.
    seconds : float
        Time that finding it took.

    Raises
    ------
    OSError
        If the mask cannot be written; an older one stays.
    """
    start = time.perf_counter()
    labels = segmenter.label(found)
    if not _is_content(task.frame, content):
        return Failed(f"'{task.frame.path}' changed while it was segmented: give the same command again")
    try:
        write_mask(task.mask, labels, ndim=task.ndim, dtype=task.mask_type)
    except ValueError as error:
        return Failed(str(error))
    taken = seconds + time.perf_counter() - start
    return FinishedFrame(content, task.mask.name, hash_file(task.mask), int(labels.max()), round(taken, 3))


def _is_content(frame: FrameFile, content: str) -> bool:
    """Whether a frame is still there as it was read."""
    try:
        return hash_content(frame) == content
    except (ValueError, OSError):
        return False
