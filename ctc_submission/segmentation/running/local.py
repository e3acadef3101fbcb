"""Frames on this machine: while networks see one, the next is read, and the one before labeled and written."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from ctc_submission.segmentation.manifest import Manifest
from ctc_submission.segmentation.running.progress import Progress
from ctc_submission.segmentation.running.run_start import RunSpecification
from ctc_submission.segmentation.running.tasks import Failed, LoadedFrame, Task, finish_job, load_frame
from ctc_submission.segmentation.segmenter import Found, Segmenter

_LARGE = 2**28
"""Voxels from which on only one frame is in memory at a time."""


class LocalBackend:
    """The calling process, with its networks."""

    def __init__(self, segmenter: Segmenter, description: RunSpecification) -> None:
        self._segmenter = segmenter
        self.description = description

    def run(self, tasks: Sequence[Task], manifest: Manifest) -> None:
        """Segment frames one after the other, and record each; those that cannot be are noted, and the others go on.

        Raises
        ------
        OSError
            If a mask or the record cannot be written; masks before it stay.
        """
        slices = sum(self._segmenter.count_slices(task.shape) for task in tasks)
        with (
            ThreadPoolExecutor(1, "read") as reader,
            ThreadPoolExecutor(1, "finish") as finisher,
            Progress(manifest.path.stem, len(tasks), slices, "slice") as progress,
        ):
            axes = self._segmenter.configuration.axes
            finishing: Future | None = None
            coming = _load_first(reader, tasks, axes)
            for number, task in enumerate(tasks, start=1):
                loaded, start = coming.result(), time.perf_counter()
                large = isinstance(loaded, LoadedFrame) and loaded.stack.size >= _LARGE
                coming = _load_first(reader, () if large else tasks[number:], axes)
                if isinstance(loaded, Failed):
                    manifest.fail(task.frame, loaded.reason)
                    progress.step(self._segmenter.count_slices(task.shape))
                    progress.end_frame(task.frame, loaded)
                    continue
                content, found = loaded.content, self._segmenter.find_foreground(loaded.stack, progress.step)
                seconds = time.perf_counter() - start
                del loaded
                if finishing:
                    finishing.result()
                finishing = finisher.submit(_finish, self._segmenter, task, content, found, seconds, manifest, progress)
                del found
                if large:
                    finishing.result()
                    coming = _load_first(reader, tasks[number:], axes)
            if finishing:
                finishing.result()


def _load_first(reader: Executor, tasks: Sequence[Task], axes: str | None) -> Future[LoadedFrame | Failed]:
    """Begin to read the first of some frames; without any there is nothing to wait for."""
    if tasks:
        return reader.submit(load_frame, tasks[0], axes)
    return Future()


def _finish(
    segmenter: Segmenter,
    task: Task,
    content: str,
    found: Found,
    seconds: float,
    manifest: Manifest,
    progress: Progress,
) -> None:
    outcome = finish_job(segmenter, task, content, found, seconds)
    manifest.note(task.frame, outcome)
    progress.end_frame(task.frame, outcome)
