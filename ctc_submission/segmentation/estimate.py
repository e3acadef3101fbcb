"""What segmenting a recording will take, before it starts."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
        segmenter.measure_cells(stack)
    middle = len(stack) // 2
    part = stack[max(0, middle - 1) : middle + 2]
    views = segmenter.views(stack.shape)
    segmenter.predict_slices(part[:1], views)
    start = time.perf_counter()
    segmenter.predict_slices(part, views)
    seconds = (time.perf_counter() - start) * segmenter.count_images(stack.shape) / (len(part) * views.count)
    runtime = segmenter.predictor.runtime
    images = min(runtime.batch_size * runtime.streams, len(stack) * views.count)
    memory = estimate_memory(stack.size, stack.itemsize, segmenter.outputs, images)
    return Estimate(seconds, memory)


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
        Images a network sees at once.
    """
    per_voxel = 2 * itemsize + 4 * outputs + 2 * 4 + _LABELING_PER_VOXEL
    return _INTERPRETER + batch * _ACTIVATIONS_PER_IMAGE + per_voxel * voxels
