"""What is to be done for a frame, and the part of it that is the same wherever it is done."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.challenge.files import FrameFile, write_mask
from ctc_submission.segmentation.manifest import Done
from ctc_submission.segmentation.segmenter import Segmenter


@dataclass(frozen=True)
class Job:
    """A frame to be segmented."""

    frame: FrameFile
    """The file."""
    shape: tuple[int, ...]
    """Size (Z, Y, X)."""
    ndim: int
    """2 or 3: whether the mask is an image or a stack."""
    mask: Path
    """The file to be written."""


def finish_job(segmenter: Segmenter, job: Job, found: tuple[np.ndarray, np.ndarray | None], seconds: float) -> Done:
    """Label what `Segmenter.find_foreground` found, and write the mask.

    Parameters
    ----------
    segmenter : Segmenter
        Configuration and networks.
    job : Job
        The frame.
    found : tuple of ndarray
        Foreground, (Z, Y, X) bool, and centers, (Z, Y, X) float32 or None.
    seconds : float
        Time that finding it took.

    Raises
    ------
    OSError
        If the mask cannot be written; an older one stays.
    """
    start = time.perf_counter()
    labels = segmenter.label(*found)
    write_mask(job.mask, labels, ndim=job.ndim)
    return Done(int(labels.max()), seconds + time.perf_counter() - start)
