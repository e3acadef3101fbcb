"""Context aware pseudocoloring: the slices above and below become the red and blue of a slice.

Wagner and Rohr, MIDL 2022, section 3.1. Green is the slice itself. Red repeats it and doubles it where the slice before
shows cells, blue likewise for the slice after: gray stays gray, cells that begin or end change their hue.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from functools import partial
from itertools import chain
from typing import Annotated, TypeVar

import cv2
import numpy as np
from pydantic import Field

from ctc_submission.concurrency import map_ahead
from ctc_submission.preprocessing.colorings import Coloring, Normalization
from ctc_submission.preprocessing.intensity_range import find_range
from ctc_submission.settings import settings

Item = TypeVar("Item")

_CLIP_LIMIT = 10.0
_CLAHE_TILES = (16, 16)
_BLUR = (8, 8)
_AHEAD = 8
_THRESHOLDS = np.arange(20, 50, dtype=np.float32) / 100


@settings
class PseudocolorParameters:
    """How slices are pseudocolored: in use as in the training of the checkpoint."""

    adjacent_mean: Annotated[float, Field(gt=0, le=1, description="a share of the slice above 0, at most 1")] = 0.03
    """Largest share of a slice that its region of interest may cover; in the paper, twice the mean share of the
    foreground."""
    normalization: Annotated[Normalization, Field(description="'channel' or 'image'")] = "channel"
    """Final min-max normalization: of each channel by itself, or of the whole image at once."""
    coloring: Annotated[Coloring, Field(description="'region', 'intensity' or 'gray'")] = "region"
    """What the neighbors add: their regions of interest, as in the paper, their own intensities, or nothing.

    With 'intensity' red, green and blue are the slices z - 1, z and z + 1 on one scale for the whole stack: slices
    without cells stay dark. With 'gray' all three are the slice itself, min-max
    normalized, with which the paper compares pseudocolors. `adjacent_mean` and `normalization` play no part in either.
    """
    neighbor_distance: Annotated[float | None, Field(gt=0, le=1, description="a share above 0, at most 1, or None")] = (
        None
    )
    """Distance to the neighbors as a share of the cell diameter; None for the adjacent slices.

    For 'intensity' with networks trained at one cell diameter: the neighbors then show the cell at the same relative
    depth, however close the slices are. At least one slice.
    """

    def neighbor_step(self, cell_diameter: float, unit: float) -> int:
        """Return how many slices away neighbors are: 1 or more.

        Parameters
        ----------
        cell_diameter : float
            In pixels.
        unit : float
            Distance of slices in pixels.
        """
        return max(1, round((self.neighbor_distance or 0) * cell_diameter / unit))


def min_max_normalize(image: np.ndarray) -> np.ndarray:
    """Scale an image linearly to [0, 1]; a constant image becomes all zeros.

    Parameters
    ----------
    image : ndarray of any shape and real type
        Intensities.

    Returns
    -------
    ndarray of float32, same shape
    """
    values = image.astype(np.float32)
    low, high = values.min(), values.max()
    values -= low
    if high > low:
        values /= high - low
    return values


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


def color_intensities(stack: np.ndarray, step: int = 1) -> Iterator[np.ndarray]:
    """Color slices by the intensities of their neighbors, on one scale for the whole stack.

    Intensities are scaled so that 0 is the 1st and 1 the 99.9th percentile of the stack, without bright debris
    (`intensity_range.find_range`), and then put as their square roots, which evens out photon noise and brings dim
    cells near bright ones. Not the paper's: for recordings with empty slices, which min-max normalization of each would
    fill with magnified noise.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        Raw frame.
    step : int
        How many slices away the neighbors are.

    Yields
    ------
    (Y, X, 3) ndarray of float32 in [0, 1]
        Slices z - step, z and z + step as red, green and blue; outside the stack the first or last slice again.
    """
    scale = _stack_scale(stack)
    channels = deque([scale(stack[0])] * (step + 1))
    channels.extend(scale(image) for image in stack[1:step])
    channels.extend([channels[-1]] * (2 * step - len(channels)))
    for z in range(len(stack)):
        channels.append(scale(stack[z + step]) if z + step < len(stack) else channels[-1])
        yield cv2.merge([channels[0], channels[step], channels[-1]])
        channels.popleft()


def pseudocolor_slices(
    stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
) -> Iterator[np.ndarray]:
    """Color a stack slice by slice; each region of interest is computed once.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of uint8, uint16 or float
        Raw frame.
    parameters : PseudocolorParameters
        How to color.
    executor : Executor, optional
        Threads that compute the regions of interest side by side.
    step : int
        How many slices away neighbors are whose intensities are added, see `PseudocolorParameters.neighbor_step`.

    Yields
    ------
    (Y, X, 3) ndarray of float32 in [0, 1]
        Slice after slice.
    """
    if parameters.coloring == "intensity":
        yield from color_intensities(stack, step)
        return
    if parameters.coloring == "gray":
        yield from (pseudocolor_slice(image, None, None) for image in stack)
        return
    find = partial(region_of_interest, adjacent_mean=parameters.adjacent_mean)
    regions = chain([None], map_ahead(find, stack, executor, _AHEAD), [None])
    color = partial(_pseudocolor, normalization=parameters.normalization)
    yield from map_ahead(color, zip(stack, _in_threes(regions), strict=True), executor, _AHEAD)


def _in_threes(items: Iterable[Item]) -> Iterator[tuple[Item, Item, Item]]:
    """Yield every three neighbors."""
    window: deque[Item] = deque(maxlen=3)
    for item in items:
        window.append(item)
        if len(window) == 3:
            yield window[0], window[1], window[2]


def _pseudocolor(
    given: tuple[np.ndarray, tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]],
    normalization: Normalization,
) -> np.ndarray:
    image, (before, _, after) = given
    return pseudocolor_slice(image, before, after, normalization)


def _stack_scale(stack: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what puts a slice of a stack on the scale of `color_intensities`; integers are looked up in a table."""
    low, high = find_range(stack)
    span = max(high - low, np.finfo(np.float32).tiny)

    def scale(values: np.ndarray) -> np.ndarray:
        return np.sqrt(((values.astype(np.float32) - low) / span).clip(0, 1))

    if stack.dtype not in (np.uint8, np.uint16):
        return scale
    table = scale(np.arange(np.iinfo(stack.dtype).max + 1))
    return table.__getitem__


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
