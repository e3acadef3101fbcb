"""What a worker of a cluster does: it loads networks once, and segments the frames it is given."""

import functools
import platform
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ctc_submission.challenge.files import read_frame, read_frame_info
from ctc_submission.network.devices import count_cores
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.manifest import Done, fingerprint
from ctc_submission.segmentation.running.jobs import Job, finish_job
from ctc_submission.segmentation.running.opening import Description, describe, open_segmenter
from ctc_submission.segmentation.segmenter import Segmenter

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
    samples: tuple[Path, ...]
    """Some of the recording's frames, on which cells are measured where their diameter is not stated."""
    all_cores: bool
    """Whether the worker takes all of its cores, rather than as many threads as the execution says."""


def describe_masks(order: Order) -> Description:
    """Load a run's networks, and tell what its masks will depend on.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights, device or frames are not as they must be.
    """
    return _describe(_segmenter(order), order)


def segment_frame(job: Job, order: Order, made_by: Mapping[str, Any]) -> Done:
    """Segment a frame and write its mask.

    Parameters
    ----------
    job : Job
        The frame.
    order : Order
        How to segment it.
    made_by : mapping
        What the masks of this run depend on, as `describe_masks` told elsewhere.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights, device or frame are not as they must be, the mask cannot be written, or masks of this worker would
        be made otherwise than those of others.
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
    return finish_job(segmenter, job, *_find(segmenter, job))


def _describe(segmenter: Segmenter, order: Order) -> Description:
    return describe(segmenter, read_frame_info(order.samples[0], axes=order.configuration.axes).shape)


def _find(segmenter: Segmenter, job: Job) -> tuple[tuple[np.ndarray, np.ndarray | None], float]:
    """Read a frame and show it to the networks; return what they found, and the seconds it took."""
    stack = read_frame(job.frame.path, axes=segmenter.configuration.axes)
    with _NETWORKS:
        start = time.perf_counter()
        return segmenter.find_foreground(stack), time.perf_counter() - start


def _segmenter(order: Order) -> Segmenter:
    models = (order.configuration.segmentation_model, order.configuration.center_model)
    files = tuple(tuple(fingerprint(model)) for model in models if model and model.is_file())
    with _LOADING:
        return _load(order, files)


@functools.lru_cache(maxsize=1)
def _load(order: Order, _files: tuple[tuple[int, ...], ...]) -> Segmenter:
    """Load networks once a process, and again when their files have changed."""
    execution = replace(order.execution, threads=count_cores()) if order.all_cores else order.execution
    return open_segmenter(order.configuration, execution, order.samples)
