"""Neighbors add their own intensities: red, green and blue are the slices z - 1, z and z + 1 on one scale."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor

import cv2
import numpy as np
from typing_extensions import override

from ctc_submission.preprocessing.coloring_scheme import ColoringScheme
from ctc_submission.preprocessing.intensity_range import stack_scale
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters


class IntensityColoring(ColoringScheme):
    """Slices without cells stay dark; not the paper's."""

    shows_neighbors = True

    @override
    def color(
        self, stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
    ) -> Iterator[np.ndarray]:
        """Color a stack (Z, Y, X) by `color_intensities`."""
        return color_intensities(stack, step)


SCHEME = IntensityColoring()


def color_intensities(stack: np.ndarray, step: int = 1) -> Iterator[np.ndarray]:
    """Color slices by the intensities of their neighbors, on one scale for the whole stack.

    Intensities are scaled so that 0 is the 1st and 1 the 99.9th percentile of the stack, without bright debris
    (`intensity_range.find_range`), and then put as their square roots, which evens out photon noise and brings dim
    cells near bright ones. Not the paper's: for recordings with empty slices, which min-max normalization of each would
    fill with amplified noise.

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
    scale = stack_scale(stack)
    channels = deque([scale(stack[0])] * (step + 1))
    channels.extend(scale(image) for image in stack[1:step])
    channels.extend([channels[-1]] * (2 * step - len(channels)))
    for z in range(len(stack)):
        channels.append(scale(stack[z + step]) if z + step < len(stack) else channels[-1])
        yield cv2.merge([channels[0], channels[step], channels[-1]])
        channels.popleft()
