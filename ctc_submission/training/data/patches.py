"""A colored slice and its labels, cut into samples of the size that the network sees."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from ctc_submission.network.architecture import Output
from ctc_submission.preprocessing.inputs import OVERLAP, resize
from ctc_submission.preprocessing.tiling import tile_in_six, tile_with_overlap
from ctc_submission.training.data.sample import Sample, SampleParameters
from ctc_submission.training.data.targets import center_target, foreground_target, interior_target


def make_samples(
    image: np.ndarray, labels: np.ndarray, scale: tuple[float, float] | None, parameters: SampleParameters
) -> Iterator[Sample]:
    """Cut a slice into samples: itself, six patches, or overlapping patches of the magnified slice.

    Parameters
    ----------
    image : (Y, X, 3) ndarray of float32 in [0, 1]
        Pseudocolored slice.
    labels : (Y, X) ndarray of int
        Its instance labels, 0 is background, `targets.UNKNOWN` is not known.
    scale : tuple of float, optional
        Magnification in y and x, where the parameters give a diameter; else None.
    parameters : SampleParameters
        How to cut, and what to predict.

    Yields
    ------
    Sample
    """
    if scale is not None:
        height, width = (max(1, round(length * factor)) for length, factor in zip(labels.shape, scale, strict=True))
        image, labels = resize(image, (height, width)), _resize_labels(labels, (height, width))
    side = parameters.input_size
    for patch, truth in _patches(image, labels, parameters):
        small = cv2.resize(patch, (side, side), interpolation=cv2.INTER_LINEAR)
        target = make_target(_resize_labels(truth, (side, side)), parameters)
        yield Sample(np.rint(small * 255).astype(np.uint8), target.astype(np.uint8))


def _patches(
    image: np.ndarray, labels: np.ndarray, parameters: SampleParameters
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    if parameters.diameter is not None:
        tiling = tile_with_overlap(labels.shape, parameters.input_size, parameters.input_size // OVERLAP)
    elif parameters.tiles == 6:
        tiling = tile_in_six(labels.shape)
    else:
        return [(image, labels)]
    return zip(tiling.split(image), tiling.split(labels), strict=True)


def _resize_labels(labels: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resize labels to the one at the middle of each new pixel."""
    rows, columns = (
        ((np.arange(size) + 0.5) * (length / size)).astype(int)
        for size, length in zip(shape, labels.shape, strict=True)
    )
    return labels[np.ix_(rows, columns)]


def make_target(labels: np.ndarray, parameters: SampleParameters) -> np.ndarray:
    """Return what is to be predicted: (S, S, C) float32, a channel for each output."""
    return np.stack([_make_channel(labels, output, parameters) for output in parameters.outputs], axis=-1)


def _make_channel(labels: np.ndarray, output: Output, parameters: SampleParameters) -> np.ndarray:
    if output == "centers":
        return center_target(labels, parameters.center_radius)
    return interior_target(labels) if output == "interior" else foreground_target(labels, gap=parameters.gap)
