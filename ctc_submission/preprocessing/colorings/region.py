"""Context aware pseudocoloring: the slices above and below become the red and blue of a slice.

Wagner and Rohr, MIDL 2022, section 3.1. Green is the slice itself. Red repeats it and doubles it where the slice before
shows cells, blue likewise for the slice after: gray stays gray, cells that begin or end change their hue.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial
from itertools import chain

import cv2
import numpy as np
from typing_extensions import override

from ctc_submission.concurrency import map_ahead
from ctc_submission.preprocessing.coloring_scheme import ColoringScheme
from ctc_submission.preprocessing.normalization import min_max_normalize
from ctc_submission.preprocessing.pseudocolor_parameters import Normalization, PseudocolorParameters

_CLIP_LIMIT = 10.0
_CLAHE_TILES = (16, 16)
_BLUR = (8, 8)
_AHEAD = 8
_THRESHOLDS = np.arange(20, 50, dtype=np.float32) / 100


class RegionColoring(ColoringScheme):
    """Neighbors add their regions of interest, as in the paper."""

    finds_regions = True

    @override
    def color(
        self, stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
    ) -> Iterator[np.ndarray]:
        """Color a stack (Z, Y, X) by `pseudocolor_slice`; each region of interest is computed once."""
        color = partial(_pseudocolor, normalization=parameters.normalization)
        regions = neighboring_regions(stack, parameters.adjacent_mean, executor)
        return map_ahead(color, zip(stack, regions, strict=True), executor, _AHEAD)


SCHEME = RegionColoring()


def neighboring_regions(
    stack: np.ndarray, adjacent_mean: float, executor: Executor | None = None
) -> Iterator[tuple[np.ndarray | None, np.ndarray | None]]:
    """Find the regions of interest of the neighbors of every slice.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of uint8, uint16 or float
        Raw frame.
    adjacent_mean : float
        Largest share of a slice that a region may cover.
    executor : Executor, optional
        Threads to share the work.

    Yields
    ------
    (before, after)
        Those of slices z - 1 and z + 1, (Y, X) ndarrays of bool; None outside the stack.
    """
    find = partial(region_of_interest, adjacent_mean=adjacent_mean)
    regions = chain([None], map_ahead(find, stack, executor, _AHEAD), [None])
    window: deque[np.ndarray | None] = deque(maxlen=3)
    for region in regions:
        window.append(region)
        if len(window) == 3:
            yield window[0], window[2]


def region_of_interest(image: np.ndarray, adjacent_mean: float) -> np.ndarray:
    """Where a slice shows cells, roughly: contrast equalized, blurred, and cut at the first threshold that fits.

    The threshold is the lowest of 0.20, 0.21, ..., 0.49 above which some pixels lie, but at most the given share;
    0.49 where none fits. A histogram over the thresholds answers for all of them at once.

    Parameters
    ----------
    image : (Y, X) ndarray of uint8, uint16 or float
        Raw slice. CLAHE knows 8 and 16 bit only: floats are first spread over 16 bit.
    adjacent_mean : float
        Largest share of the slice that the region may cover.

    Returns
    -------
    (Y, X) ndarray of bool
    """
    if not image.any():
        return np.zeros(image.shape, dtype=bool)
    equalized = cv2.createCLAHE(_CLIP_LIMIT, _CLAHE_TILES).apply(_as_clahe_input(image))
    blurred = cv2.blur(min_max_normalize(equalized), _BLUR)
    return blurred > _fitting_threshold(blurred, adjacent_mean)


def pseudocolor_slice(
    image: np.ndarray, before: np.ndarray | None, after: np.ndarray | None, normalization: Normalization = "channel"
) -> np.ndarray:
    """Color one slice by the regions of interest of its neighbors.

    Parameters
    ----------
    image : (Y, X) ndarray of any real type
        Slice z.
    before, after : (Y, X) ndarray of bool, or None
        Regions of interest of slices z - 1 and z + 1; None outside the stack.
    normalization : {'channel', 'image'}
        Whether each channel is min-max normalized by itself or the whole image at once.

    Returns
    -------
    (Y, X, 3) ndarray of float32 in [0, 1]
        Red, green, blue.
    """
    green = min_max_normalize(image)
    colored = np.repeat(green[..., np.newaxis], 3, axis=-1)
    for channel, region in ((0, before), (2, after)):
        if region is not None:
            colored[..., channel] += region * green
    if normalization == "image":
        return min_max_normalize(colored)
    for channel in (0, 2):
        colored[..., channel] = min_max_normalize(colored[..., channel])
    return colored


def _pseudocolor(
    given: tuple[np.ndarray, tuple[np.ndarray | None, np.ndarray | None]], normalization: Normalization
) -> np.ndarray:
    image, (before, after) = given
    return pseudocolor_slice(image, before, after, normalization)


def _as_clahe_input(image: np.ndarray) -> np.ndarray:
    if image.dtype in (np.uint8, np.uint16):
        return np.ascontiguousarray(image)
    return np.rint(min_max_normalize(image) * 65535).astype(np.uint16)


def _fitting_threshold(blurred: np.ndarray, adjacent_mean: float) -> np.float32:
    bright = blurred[blurred > _THRESHOLDS[0]]
    passed = np.searchsorted(_THRESHOLDS, bright, side="left")
    histogram = np.bincount(passed, minlength=len(_THRESHOLDS) + 1)
    above = bright.size - np.cumsum(histogram)[:-1]
    fits = (above > 0) & (above / blurred.size <= adjacent_mean)
    return _THRESHOLDS[fits.argmax() if fits.any() else -1]
