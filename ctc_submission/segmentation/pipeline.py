"""Frames in, masks out: while networks see one frame, the next is read, and the one before labelled and written."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import (
    FrameFile,
    FrameInfo,
    check_same_geometry,
    find_frames,
    read_frame,
    read_frame_info,
    write_mask,
)
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.manifest import Manifest, open_manifest
from ctc_submission.segmentation.segmenter import Segmenter

_LOG = logging.getLogger(__name__)
_LARGE = 2**28
"""Voxels from which on only one frame is in memory at a time."""


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


def segment_sequence(
    source: Path,
    results: Path,
    configuration: Configuration,
    execution: Execution | None = None,
    *,
    overwrite: bool = False,
) -> Manifest:
    """Segment a folder of frames, or a single file, into a folder of masks.

    Finished masks of an interrupted run are kept and not computed again.

    Parameters
    ----------
    source : Path
        Folder with ``t000.tif``, ``t001.tif``, ..., or one TIFF file.
    results : Path
        Folder for ``mask000.tif``, ...; for a single file the mask has the number of its name, or 000.
    configuration : Configuration
        How to segment.
    execution : Execution, optional
        How to use the machine.
    overwrite : bool
        Whether masks of another configuration may be replaced.

    Returns
    -------
    Manifest
        The record of the run, as it is written beside `results`.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If input, weights or the folder for the results are not as they must be; finished masks stay.
    """
    frames = [_single_frame(source)] if source.is_file() else find_frames(source)
    infos = [read_frame_info(frame.path, axes=configuration.axes) for frame in frames]
    _check_frames(infos, configuration)
    segmenter = Segmenter(_with_spacing(configuration, infos[0]), execution)
    if segmenter.lacks_diameter:
        segmenter.measure_cells(read_frame(frames[0].path, axes=configuration.axes))
    configuration = segmenter.configuration
    make_folder(results)
    manifest = open_manifest(results, _describe(configuration, segmenter), _facts(segmenter), overwrite)
    jobs = [
        Job(frame, info.shape, info.ndim, results / f"mask{frame.number:0{frame.digits}d}.tif")
        for frame, info in zip(frames, infos, strict=True)
    ]
    open_jobs = [job for job in jobs if not manifest.is_finished(job.frame, job.mask)]
    if len(open_jobs) < len(jobs):
        _LOG.warning("%s: %d of %d masks are finished already", results, len(jobs) - len(open_jobs), len(jobs))
    _run(open_jobs, segmenter, manifest)
    return manifest


def make_folder(folder: Path) -> None:
    """Make a folder for results, with those above it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"{folder}: cannot make this folder ({error.strerror}); name another one") from error


def _run(jobs: Sequence[Job], segmenter: Segmenter, manifest: Manifest) -> None:
    slices = sum(segmenter.count_slices(job.shape) for job in jobs)
    with (
        ThreadPoolExecutor(1, "read") as reader,
        ThreadPoolExecutor(1, "finish") as finisher,
        tqdm(total=slices, unit="slice", desc=manifest.path.stem, disable=not jobs) as bar,
    ):
        axes = segmenter.configuration.axes
        finishing: Future | None = None
        coming = _read_first(reader, jobs, axes)
        for number, job in enumerate(jobs, start=1):
            stack, start = coming.result(), time.perf_counter()
            large = stack.size >= _LARGE
            coming = _read_first(reader, () if large else jobs[number:], axes)
            found = segmenter.find_foreground(stack, bar.update)
            seconds = time.perf_counter() - start
            del stack
            if finishing:
                finishing.result()
            finishing = finisher.submit(_finish, manifest, segmenter, job, found, seconds)
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
    manifest: Manifest, segmenter: Segmenter, job: Job, found: tuple[np.ndarray, np.ndarray | None], seconds: float
) -> None:
    start = time.perf_counter()
    labels = segmenter.label(*found)
    write_mask(job.mask, labels, ndim=job.ndim)
    manifest.add(job.frame, int(labels.max()), seconds + time.perf_counter() - start)


def _single_frame(path: Path) -> FrameFile:
    number = path.stem[1:] if path.stem[:1] == "t" and path.stem[1:].isdigit() else "000"
    return FrameFile(path, int(number), max(3, len(number)))


def _with_spacing(configuration: Configuration, info: FrameInfo) -> Configuration:
    """Take the voxel's edges from the file where they are not stated."""
    labeling = configuration.labeling
    if labeling.spacing or not info.spacing:
        return configuration
    return replace(configuration, labeling=replace(labeling, spacing=info.spacing))


def _check_frames(infos: Sequence[FrameInfo], configuration: Configuration) -> None:
    check_same_geometry(infos)
    first = infos[0]
    if configuration.dimensions not in (None, first.ndim):
        raise ValueError(
            f"{first.path}: a {first.ndim}D image, expected {configuration.dimensions}D frames; "
            "choose another dataset, or a configuration with other dimensions"
        )


def _describe(configuration: Configuration, segmenter: Segmenter) -> dict[str, Any]:
    values = asdict(configuration)
    del values["segmentation_model"], values["centre_model"]
    return {
        "configuration": {**values, "pseudocolor": asdict(segmenter.pseudocolor)},
        "weights": segmenter.weights,
        "precision": segmenter.precision,
    }


def _facts(segmenter: Segmenter) -> dict[str, Any]:
    return {"parameters": segmenter.parameters, "device": segmenter.predictor.runtime.description}
