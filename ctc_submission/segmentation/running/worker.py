"""What a worker of a cluster does: it loads networks once, and segments the frames it is given."""

import functools
import platform
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import FrameFile
from ctc_submission.challenge.run_record import FinishedFrame
from ctc_submission.network.devices import count_cores
from ctc_submission.network.execution import Execution
from ctc_submission.recordings.reading import read_info
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.running.run_start import RunSpecification, describe, open_segmenter
from ctc_submission.segmentation.running.tasks import Failed, LoadedFrame, Task, finish_job, load_frame
from ctc_submission.segmentation.segmenter import Found, Segmenter

_LOADING = threading.Lock()
_NETWORKS = threading.Lock()
"""Networks see one frame at a time; a worker's other threads read, label and write meanwhile."""


@dataclass(frozen=True)
class Order:
    """What all frames of a run have in common; paths are absolute."""

    configuration: Configuration
    """How to segment."""
    execution: Execution
    """How to use the worker's machine."""
    samples: tuple[FrameFile, ...]
    """Some of the recording's frames, on which cells are measured where their diameter is not stated."""
    all_cores: bool
    """Whether the worker takes all of its cores, rather than as many threads as the execution says."""


def describe_masks(order: Order) -> RunSpecification:
    """Load a run's networks, and tell what its masks will depend on.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights, device or frames are not as they must be.
    """
    return _describe(_segmenter(order), order)


def segment_frame(task: Task, order: Order, made_by: Mapping[str, Any]) -> FinishedFrame | Failed:
    """Segment a frame and write its mask, or say why the frame cannot be segmented.

    Parameters
    ----------
    task : Task
        The frame.
    order : Order
        How to segment it.
    made_by : mapping
        What the masks of this run depend on, as `describe_masks` told elsewhere.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights or device are not as they must be, the mask cannot be written, or masks of this worker would be made
        otherwise than those of others.
    """
    segmenter = _segmenter(order)
    own = _describe(segmenter, order).made_by
    differing = sorted(name for name in made_by if own[name] != made_by[name])
    if differing:
        found = ", ".join(f"{name} {own[name]} instead of {made_by[name]}" for name in differing)
        raise ValueError(
            f"worker on {platform.node()}: {found}; give all workers the same software and files, "
            "and where devices differ state --precision"
        )
    loaded = load_frame(task, segmenter.configuration.axes)
    if isinstance(loaded, Failed):
        return loaded
    return finish_job(segmenter, task, loaded.content, *_find(segmenter, loaded))


def _describe(segmenter: Segmenter, order: Order) -> RunSpecification:
    return describe(segmenter, read_info(order.samples[0], order.configuration.axes).shape)


def _find(segmenter: Segmenter, loaded: LoadedFrame) -> tuple[Found, float]:
    """Show a frame to the networks; return what they found, and the seconds it took."""
    with _NETWORKS:
        start = time.perf_counter()
        return segmenter.find_foreground(loaded.stack), time.perf_counter() - start


def _segmenter(order: Order) -> Segmenter:
    models = (order.configuration.segmentation_model, order.configuration.center_model)
    files = tuple(hash_file(model) for model in models if model and model.is_file())
    with _LOADING:
        return _load(order, files)


@functools.lru_cache(maxsize=1)
def _load(order: Order, _files: tuple[str, ...]) -> Segmenter:
    """Load networks once a process, and again when their files have changed."""
    execution = replace(order.execution, threads=count_cores()) if order.all_cores else order.execution
    return open_segmenter(order.configuration, execution, order.samples)
