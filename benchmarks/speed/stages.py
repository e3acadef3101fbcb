"""What every stage of the product takes by itself, with nothing else running beside it."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from benchmarks.speed.contenders import Seconds
from benchmarks.speed.stopwatch import STAGES, START, Stopwatch
from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.network.weights import read_card
from ctc_submission.preprocessing.pseudocolor import pseudocolor_slices
from ctc_submission.preprocessing.views import Views
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import label_cells
from ctc_submission.segmentation.pipeline import Execution, Segmenter

_BOTH = "network and resize"
_AT_ONCE = 4

Predict = Callable[[list[np.ndarray]], list[np.ndarray]]
"""Predicts patches (S, T, 3): probabilities (M, S, T) of each."""


def time_stages(source: Path, mask: Path, configuration: Configuration, execution: Execution) -> Seconds:
    """Time the stages of the first frame of a folder.

    The network is timed on images of its own size. What predicting takes longer for images of their true size is
    resizing there and back.

    Parameters
    ----------
    source : Path
        Folder of frames.
    mask : Path
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
        segmenter = Segmenter(configuration, execution)
    frame = find_frames(source)[0]
    with watch("read"):
        stack = read_frame(frame.path, axes=configuration.axes)
    side = read_card(configuration.segmentation_model).architecture.input_size
    with ThreadPoolExecutor(execution.threads) as executor:
        images = pseudocolor_slices(stack, segmenter.pseudocolor, executor)
        predict = partial(_time_network, segmenter, side, watch)
        probabilities = _predict(images, segmenter.views(stack.shape), predict, watch)
    with watch("label"):
        labels = label_cells(*probabilities, parameters=configuration.labeling)
    with watch("write"):
        write_mask(mask, labels)
    watch.seconds["resize"] += max(0.0, watch.seconds.pop(_BOTH) - watch.seconds["network"])
    return {stage: watch.seconds[stage] for stage in (START, *STAGES)}


def _predict(images: Iterator[np.ndarray], views: Views, predict: Predict, watch: Stopwatch) -> list[np.ndarray]:
    """Predict slices (Y, X, 3), some at a time, into one (Z, Y, X) of float32 for every network."""
    at_once = max(_AT_ONCE, 2 * (os.cpu_count() or 1))
    joined: list[list[np.ndarray]] = []
    while True:
        with watch("pseudocolour"):
            some = list(islice(images, at_once))
        if not some:
            return [np.stack(of_network) for of_network in zip(*joined, strict=True)]
        with watch("resize"):
            patches = [patch for image in some for patch in views.split(image)]
        predicted = predict(patches)
        with watch("stitch"):
            for first in range(0, len(predicted), views.count):
                of_slice = zip(*predicted[first : first + views.count], strict=True)
                joined.append([views.join(of_network) for of_network in of_slice])


def _time_network(segmenter: Segmenter, side: int, watch: Stopwatch, patches: list[np.ndarray]) -> list[np.ndarray]:
    """Predict patches (S, T, 3), after the same resized to the network's own side: probabilities (M, S, T)."""
    resized = [cv2.resize(patch, (side, side)) for patch in patches]
    with watch("network"):
        deque(segmenter.predictor.predict(resized), maxlen=0)
    with watch(_BOTH):
        return list(segmenter.predictor.predict(patches))
