"""Frames on this machine: while networks see one, the next is read, and the one before labeled and written."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import read_frame
from ctc_submission.segmentation.manifest import Manifest
from ctc_submission.segmentation.running.jobs import Job, finish_job
from ctc_submission.segmentation.running.opening import Description
from ctc_submission.segmentation.segmenter import Segmenter

_LARGE = 2**28
"""Voxels from which on only one frame is in memory at a time."""


class LocalCrew:
    """The calling process, with its networks."""

    def __init__(self, segmenter: Segmenter, description: Description) -> None:
        self._segmenter = segmenter
        self.description = description

    def run(self, jobs: Sequence[Job], manifest: Manifest) -> None:
        """Segment frames one after the other, and record each.

        Raises
        ------
        ValueError, OSError
            If a frame cannot be read or a mask not be written; masks before it stay.
        """
        slices = sum(self._segmenter.count_slices(job.shape) for job in jobs)
        with (
            ThreadPoolExecutor(1, "read") as reader,
            ThreadPoolExecutor(1, "finish") as finisher,
            tqdm(total=slices, unit="slice", desc=manifest.path.stem, disable=not jobs) as bar,
        ):
            axes = self._segmenter.configuration.axes
            finishing: Future | None = None
            coming = _read_first(reader, jobs, axes)
            for number, job in enumerate(jobs, start=1):
                stack, start = coming.result(), time.perf_counter()
                large = stack.size >= _LARGE
                coming = _read_first(reader, () if large else jobs[number:], axes)
                found = self._segmenter.find_foreground(stack, bar.update)
                seconds = time.perf_counter() - start
                del stack
                if finishing:
                    finishing.result()
                finishing = finisher.submit(_finish, self._segmenter, job, found, seconds, manifest)
                del found
                if large:
                    finishing.result()
                    coming = _read_first(reader, jobs[number:], axes)
            if finishing:
                finishing.result()


def _read_first(reader: Executor, jobs: Sequence[Job], axes: str | None) -> Future[np.ndarray]:
    """Begin to read the first of some frames; without any there is nothing to wait for."""
    if jobs:
        return reader.submit(read_frame, jobs[0].frame.path, axes=axes)
    return Future()


def _finish(
    segmenter: Segmenter, job: Job, found: tuple[np.ndarray, np.ndarray | None], seconds: float, manifest: Manifest
) -> None:
    manifest.add(job.frame, finish_job(segmenter, job, found, seconds))
