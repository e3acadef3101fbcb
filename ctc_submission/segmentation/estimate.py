"""What segmenting a recording will take, before it starts."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ctc_submission.segmentation.cell_diameter import FrameSample

if TYPE_CHECKING:
    from ctc_submission.segmentation.segmenter import Segmenter

_INTERPRETER = 450e6
"""Bytes of the interpreter with its libraries loaded; measured."""
_ACTIVATIONS_PER_IMAGE = 90e6
"""Bytes the network holds for each image of a batch; measured."""
_LABELING_PER_VOXEL = 10
"""Bytes beside probabilities and labels that labeling holds for a voxel; measured on crowded stacks."""


@dataclass(frozen=True)
class Estimate:
    """What one frame takes."""

    seconds: float
    """Time for pseudocolors and network, extrapolated from a few slices computed now; labeling comes on top."""
    memory: float
    """Peak bytes of the whole process."""


def estimate_frame(stack: np.ndarray, segmenter: "Segmenter") -> Estimate:
    """Estimate a frame's time, from what the networks take for up to three slices of its middle, and memory.

    Where the cells' diameter is to be measured, it is, as for segmenting.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of uint8, uint16 or float
        A frame of the recording.
    segmenter : Segmenter
        Networks and configuration of the run.
    """
    if segmenter.lacks_diameter:
        segmenter.measure_cells([FrameSample("the frame", stack)])
    middle = len(stack) // 2
    part = stack[max(0, middle - 1) : middle + 2]
    inputs = segmenter.inputs(stack.shape)
    segmenter.predict_slices(part[:1], inputs)
    start = time.perf_counter()
    segmenter.predict_slices(part, inputs)
    pixels = sum(count * height * width for (height, width), count in _count_inputs(stack.shape, segmenter).items())
    height, width = segmenter.input_size(inputs)
    seconds = (time.perf_counter() - start) * pixels / (len(part) * inputs.count * height * width)
    runtime = segmenter.predictor.runtime
    images = min(runtime.batch_size * runtime.streams, len(stack) * inputs.count)
    memory = estimate_memory(stack.size, stack.itemsize, segmenter.outputs, images)
    return Estimate(seconds, memory)


def describe_inputs(shape: tuple[int, ...], segmenter: "Segmenter") -> str:
    """Say how many inputs a frame becomes for each network, and of what size.

    Parameters
    ----------
    shape : (Z, Y, X) tuple of int
        Size of the frame.
    segmenter : Segmenter
        Networks and configuration, the cells' diameter known.

    Returns
    -------
    str
        Such as ``90 inputs a frame: 30 of 384 x 352, 60 of 96 x 384``.
    """
    counts = _count_inputs(shape, segmenter)
    sizes = ", ".join(f"{count} of {height} x {width}" for (height, width), count in counts.items())
    networks = f" for each of {len(segmenter.networks)} networks" if len(segmenter.networks) > 1 else ""
    return f"{sum(counts.values())} inputs a frame{networks}: {sizes}"


def _count_inputs(shape: tuple[int, ...], segmenter: "Segmenter") -> Counter[tuple[int, int]]:
    """Count a frame's inputs by their size (Y, X)."""
    counts: Counter[tuple[int, int]] = Counter()
    for slices, inputs in segmenter.cuts(shape):
        counts[segmenter.input_size(inputs)] += slices * inputs.count
    return counts


def estimate_memory(voxels: int, itemsize: int, outputs: int, batch: int) -> float:
    """Estimate the peak memory of the whole process, in bytes.

    Parameters
    ----------
    voxels : int
        Voxels of a frame.
    itemsize : int
        Bytes of a voxel.
    outputs : int
        Maps that the networks predict of each slice.
    batch : int
        Inputs that a network computes at once.
    """
    per_voxel = 2 * itemsize + 4 * outputs + 2 * 4 + _LABELING_PER_VOXEL
    return _INTERPRETER + batch * _ACTIVATIONS_PER_IMAGE + per_voxel * voxels
