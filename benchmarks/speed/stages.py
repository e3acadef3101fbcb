"""What every stage of the product takes by itself, with nothing else running beside it."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from benchmarks.speed.contenders import Seconds
from benchmarks.speed.stopwatch import STAGES, START, Stopwatch
from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.network.execution import Execution
from ctc_submission.preprocessing.inputs import Inputs
from ctc_submission.preprocessing.pseudocolor import pseudocolor_slices
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.running.run_start import open_recording
from ctc_submission.segmentation.segmenter import Found, Segmenter

_BOTH = "network and resize"


def time_stages(source: Path, output: Path, configuration: Configuration, execution: Execution) -> Seconds:
    """Time the stages of the first frame of a folder.

    The network is timed on images of its own size. What predicting takes longer for images of their true size is
    resizing there and back.

    Parameters
    ----------
    source : Path
        Folder of frames.
    output : Path
        File to write the mask to; its folder must exist.
    configuration : Configuration
        How to segment.
    execution : Execution
        How to use the machine.

    Returns
    -------
    dict of str to float
        Seconds by stage, those of the start among them.
    """
    watch = Stopwatch()
    with watch(START):
        frames = find_frames(source)
        segmenter = open_recording(frames, configuration, execution).segmenter
        _make_ready(segmenter)
    with watch("read"):
        stack = read_frame(frames[0].path, axes=configuration.axes)
    with watch("pseudocolor"), ThreadPoolExecutor(execution.threads) as executor:
        images = list(pseudocolor_slices(stack, segmenter.pseudocolor, executor))
    inputs = segmenter.inputs(stack.shape)
    with watch("resize"):
        patches = [patch for image in images for patch in inputs.split(image)]
    predicted = _time_network(segmenter, patches, watch)
    with watch("stitch"):
        foreground, centers = segmenter.split(_join(predicted, inputs))
        mask = foreground > configuration.labeling.foreground_threshold
    with watch("label"):
        labels = segmenter.label(Found(mask, centers, stack))
    with watch("write"):
        write_mask(output, labels)
    watch.seconds["resize"] += max(0.0, watch.seconds.pop(_BOTH) - watch.seconds["network"])
    return {stage: watch.seconds[stage] for stage in (START, *STAGES)}


def _make_ready(segmenter: Segmenter) -> None:
    """Show a black image, for which runtimes compile the networks."""
    side = _input_size(segmenter)
    deque(segmenter.predictor.predict([np.zeros((side, side, 3), np.float32)]), maxlen=0)


def _input_size(segmenter: Segmenter) -> int:
    return segmenter.networks[0].architecture.input_size


def _time_network(segmenter: Segmenter, patches: list[np.ndarray], watch: Stopwatch) -> list[np.ndarray]:
    """Predict patches (S, T, 3), after the same resized to the network's own size: probabilities (C, S, T)."""
    side = _input_size(segmenter)
    resized = [cv2.resize(patch, (side, side)) for patch in patches]
    with watch("network"):
        deque(segmenter.predictor.predict(resized), maxlen=0)
    with watch(_BOTH):
        return list(segmenter.predictor.predict(patches))


def _join(predicted: list[np.ndarray], inputs: Inputs) -> np.ndarray:
    """Join the patches' probabilities (C, S, T) of all slices to (C, Z, Y, X) of float32."""
    slices = [predicted[first : first + inputs.count] for first in range(0, len(predicted), inputs.count)]
    joined = [[inputs.join(of_output) for of_output in zip(*patches, strict=True)] for patches in slices]
    return np.stack(joined, axis=1)
