"""Frames in, masks out: what there is to do, who does it, and the record of it."""

import contextlib
import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from ctc_submission.challenge.files import FrameFile, FrameInfo, MaskType
from ctc_submission.network.execution import Execution
from ctc_submission.recordings.finding import describe_recording, find_recording
from ctc_submission.segmentation.cell_diameter import spread_frames
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.look import look_at_frames, tell_what_was_guessed
from ctc_submission.segmentation.manifest import Manifest, open_manifest
from ctc_submission.segmentation.running.cluster import open_cluster
from ctc_submission.segmentation.running.local import LocalBackend
from ctc_submission.segmentation.running.run_start import (
    RunSpecification,
    describe,
    open_segmenter,
    opening_lines,
    record_voxel_size,
    resolve,
)
from ctc_submission.segmentation.running.shards import WHOLE, Shard
from ctc_submission.segmentation.running.tasks import Task

_LOG = logging.getLogger(__name__)
_MOST_REASONS = 5


class Backend(Protocol):
    """Whoever segments frames: this process, or the workers of a cluster."""

    @property
    def description(self) -> RunSpecification:
        """What makes its masks."""
        ...

    def run(self, tasks: Sequence[Task], manifest: Manifest) -> None:
        """Segment frames, and record each once its mask is written."""
        ...


def segment_sequence(
    source: Path,
    results: Path,
    configuration: Configuration,
    execution: Execution | None = None,
    *,
    overwrite: bool = False,
    shard: Shard = WHOLE,
    scheduler: str | None = None,
    pattern: str | None = None,
    mask_type: MaskType = "uint16",
) -> Manifest:
    """Segment a folder of frames, or a single file, into a folder of masks.

    Finished masks of an interrupted run, or of other shards, are kept and not computed again.

    Parameters
    ----------
    source : Path
        Folder with ``t000.tif``, ``t001.tif``, ..., or with files of any name, or one file; see
        `recordings.finding.find_recording`.
    results : Path
        Folder for the masks: ``mask000.tif``, ... for ``t000.tif``, ... and for the time points of a file, else
        ``NAME_mask.tif`` for ``NAME.tif``.
    configuration : Configuration
        How to segment.
    execution : Execution, optional
        How to use the machine, or each worker of a cluster.
    overwrite : bool
        Whether masks of another configuration, recording or origin may be replaced.
    shard : Shard
        Which frames are this call's; others may run at the same time.
    scheduler : str, optional
        Address of a Dask scheduler whose workers segment, or ``local:N`` for N processes on this machine; a script
        that asks for these does so below ``if __name__ == "__main__":``. None: this process segments.
    pattern : str, optional
        Which files of the folder, such as ``*_C1.tif``.
    mask_type : {'uint16', 'uint32'}
        Type of the masks' labels; 32 bit for more than 65535 cells in a frame, which the challenge does not take.

    Returns
    -------
    Manifest
        The record of the run, as it is written beside `results`, or where the user may write.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If input, weights, the cluster or the folder for the results are not as they must be; finished masks stay. A
        ValueError at the end, when all others are segmented, names the frames that could not be.
    """
    frames = find_recording(
        source,
        pattern=pattern,
        channel=configuration.channel,
        axes=configuration.axes,
        scene=configuration.scene,
    )
    look = look_at_frames(frames, configuration.axes)
    _check_dimensions(look.first, configuration)
    tell_what_was_guessed(look.first, configuration.dimensions)
    configuration, voxel_size = resolve(configuration, list(look.infos.values()))
    samples = spread_frames(list(look.infos))
    with _open_backend(scheduler, configuration, execution or Execution(), samples, look.first.shape) as backend:
        make_folder(results)
        made_by, facts = backend.description.made_by, {**backend.description.facts, **record_voxel_size(voxel_size)}
        if mask_type != "uint16":
            made_by = {**made_by, "mask_type": mask_type}
        manifest = open_manifest(results, made_by, facts, frames, shard, overwrite)
        share = shard.select(frames)
        tasks = [_task(frame, look.infos[frame], results, mask_type) for frame in share if frame in look.infos]
        open_tasks = [task for task in tasks if not manifest.is_finished(task.frame)]
        if len(open_tasks) < len(tasks):
            _LOG.warning("%s: %d of %d masks are finished already", results, len(tasks) - len(open_tasks), len(tasks))
        for frame in share:
            if frame in look.refused:
                manifest.fail(frame, look.refused[frame])
        _LOG.info("frames       %s", describe_recording(frames))
        _LOG.info("size         %s (z, y, x), %s", " x ".join(map(str, look.first.shape)), look.first.dtype)
        for line in opening_lines(facts):
            _LOG.info("%s", line)
        backend.run(open_tasks, manifest)
    _raise_failed(manifest)
    return manifest


def make_folder(folder: Path) -> None:
    """Make a folder for results, with those above it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"{folder}: cannot make this folder ({error.strerror}); name another one") from error


def _open_backend(
    scheduler: str | None,
    configuration: Configuration,
    execution: Execution,
    samples: tuple[FrameFile, ...],
    shape: tuple[int, ...],
) -> AbstractContextManager[Backend]:
    if scheduler:
        return open_cluster(scheduler, configuration, execution, samples)
    segmenter = open_segmenter(configuration, execution, samples)
    return contextlib.nullcontext(LocalBackend(segmenter, describe(segmenter, shape)))


def _task(frame: FrameFile, info: FrameInfo, results: Path, mask_type: MaskType) -> Task:
    return Task(frame, info.shape, info.ndim, results / frame.mask_name, mask_type)


def _check_dimensions(first: FrameInfo, configuration: Configuration) -> None:
    if configuration.dimensions not in (None, first.ndim):
        raise ValueError(
            f"{first.path}: a {first.ndim}D image, expected {configuration.dimensions}D frames; "
            "choose another dataset, or a configuration with other dimensions"
        )


def _raise_failed(manifest: Manifest) -> None:
    """Name the frames that could not be segmented, now that all others are."""
    if manifest.failed:
        reasons, others = list(manifest.failed.values()), list(manifest.failed)[_MOST_REASONS:]
        more = f"; and {', '.join(others)}" if others else ""
        raise ValueError(
            f"{len(reasons)} of {len(manifest.wanted)} frames could not be segmented, the others are: "
            f"{'; '.join(reasons[:_MOST_REASONS])}{more}"
        )
