"""Augmented samples: crop, zoom, flips, quarter turns, the stack upside down, contrast and noise."""

import cv2
import numpy as np

from ctc_submission.preprocessing.coloring_scheme import ColoringScheme
from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.training.augmentation_parameters import AugmentationParameters
from ctc_submission.training.data.targets import IGNORED


def augment(
    image: np.ndarray,
    target: np.ndarray,
    parameters: AugmentationParameters,
    generator: np.random.Generator,
    coloring: str = "region",
) -> tuple[np.ndarray, np.ndarray]:
    """Draw an augmented sample.

    Every change of the colored image stands for one of the stack. Turning the stack upside down swaps red and blue.
    Intensities change as the coloring scheme has it; regions and scales stay those of the whole stack as it was.

    Parameters
    ----------
    image : (S, S, 3) ndarray of float32 in [0, 1]
        Pseudocolored image.
    target : (S, S, C) ndarray of any real type
        What to predict: 0, 1 or `targets.IGNORED`.
    parameters : AugmentationParameters
        How far to go.
    generator : numpy.random.Generator
        Where chance comes from.
    coloring : str
        How the image was colored, one of `COLORINGS`; the scheme changes intensities.

    Returns
    -------
    image : (crop, crop, 3) ndarray of float32 in [0, 1]
    target : (crop, crop, C) ndarray of float32: 0, 1 or `targets.IGNORED`
    """
    image, target = _crop_and_zoom(image, target, parameters, generator)
    turns = int(generator.integers(4))
    image, target = np.rot90(image, turns), np.rot90(target, turns)
    if generator.random() < 0.5:
        image, target = image[:, ::-1], target[:, ::-1]
    if generator.random() < 0.5:
        image = image[..., ::-1]
    image = _change_intensities(np.ascontiguousarray(image), parameters, generator, find_scheme(coloring))
    return image, np.ascontiguousarray(target)


def _crop_and_zoom(
    image: np.ndarray, target: np.ndarray, parameters: AugmentationParameters, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    zoom = np.exp(generator.uniform(*np.log(parameters.zoom)))
    matrix = np.array([[zoom, 0, 0], [0, zoom, 0]])
    for axis, length in enumerate((image.shape[1], image.shape[0])):
        spare = length * zoom - parameters.crop
        matrix[axis, 2] = -generator.uniform(min(0, spare), max(0, spare))
    size = (parameters.crop, parameters.crop)
    image = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return image, np.stack([_warp_target(part, matrix, size) for part in np.moveaxis(target, -1, 0)], axis=-1)


def _warp_target(target: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Warp cells and unknown pixels each by themselves, so that no value between theirs arises."""
    warped = np.zeros(size, dtype=np.float32)
    for value in (1, IGNORED):
        mask = (target == value).astype(np.uint8)
        if mask.any():
            share = cv2.warpAffine(255 * mask, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
            warped[share > 127] = value
    return warped


def _change_intensities(
    image: np.ndarray, parameters: AugmentationParameters, generator: np.random.Generator, scheme: ColoringScheme
) -> np.ndarray:
    sigma = generator.uniform(0, parameters.blur)
    if sigma > 0.3:
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    exponent = np.float32(np.exp(generator.uniform(*np.log(parameters.gamma))))
    spread = np.float32(generator.uniform(0, parameters.noise))
    return scheme.change_intensities(image, exponent, spread, generator)
