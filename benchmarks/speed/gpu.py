"""What only a CUDA device can tell: time of an input in large batches, and how busy the device is in a run."""

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from benchmarks.speed.conversion import list_checkpoints
from ctc_submission.challenge.files import find_frames
from ctc_submission.network.card import read_card
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running.opening import open_recording
from ctc_submission.segmentation.segmenter import Segmenter

BATCHES = (32, 64)
_BATCHES_TIMED = 20
_QUERY = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--loop-ms=200"]


@dataclass(frozen=True)
class Gpu:
    """What was measured on a CUDA device."""

    name: str
    """The device's name."""
    milliseconds: dict[int, float]
    """Time of one image of the network's own size by batch size, the way from and to the host included."""
    busy: float | None
    """Mean share of the time that nvidia-smi calls the device busy, in a run; None where nvidia-smi is missing."""


def measure_gpu(
    device: torch.device, configuration: Configuration, execution: Execution, source: Path, results: Path
) -> Gpu:
    """Measure a CUDA device with one configuration.

    Parameters
    ----------
    device : torch.device
        A CUDA device.
    configuration : Configuration
        Its networks are timed.
    execution : Execution
        How to use the machine; its batch size is replaced.
    source, results : Path
        Frames of the run in which the device is watched, and where its masks go.
    """
    frames = [frame.path for frame in find_frames(source)]
    milliseconds = {}
    for batch in BATCHES:
        recording = open_recording(frames, configuration, replace(execution, batch_size=batch))
        milliseconds[batch] = _time_input(recording.segmenter, batch)
    execution = replace(execution, batch_size=BATCHES[0])
    busy = watch_busy(device, lambda: segment_sequence(source, results, configuration, execution))
    return Gpu(torch.cuda.get_device_name(device), milliseconds, busy)


def _time_input(segmenter: Segmenter, batch: int) -> float:
    configuration = segmenter.configuration
    side = read_card(configuration.segmentation_model).architecture.input_size
    images = list(np.random.default_rng(0).random((batch, side, side, 3), np.float32))
    _exhaust(segmenter, images * 2)
    began = time.perf_counter()
    _exhaust(segmenter, images * _BATCHES_TIMED)
    shown = len(images) * _BATCHES_TIMED * len(list_checkpoints(configuration))
    return 1000 * (time.perf_counter() - began) / shown


def _exhaust(segmenter: Segmenter, images: list[np.ndarray]) -> None:
    for _ in segmenter.predictor.predict(images):
        pass


def watch_busy(device: torch.device, work: Callable[[], object]) -> float | None:
    """Do some work and return the share of the time in which nvidia-smi saw the device busy; None without it."""
    try:
        watcher = subprocess.Popen([*_QUERY, f"--id={device.index or 0}"], stdout=subprocess.PIPE, text=True)
    except FileNotFoundError:
        work()
        return None
    try:
        work()
    finally:
        watcher.terminate()
    seen, _ = watcher.communicate()
    shares = [float(line) / 100 for line in seen.splitlines() if line.strip().isdigit()]
    return statistics.mean(shares) if shares else None
