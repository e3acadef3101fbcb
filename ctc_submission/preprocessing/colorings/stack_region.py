"""Regions of interest on one scale for the whole stack: the paper's pseudocolors, without normalizing each slice."""

from collections.abc import Iterator
from concurrent.futures import Executor

import numpy as np
from typing_extensions import override

from ctc_submission.preprocessing.coloring_scheme import ColoringScheme
from ctc_submission.preprocessing.colorings.region import neighboring_regions
from ctc_submission.preprocessing.intensity_range import stack_scale
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters


class StackRegionColoring(ColoringScheme):
    """Neighbors add their regions of interest, and slices without cells stay dark."""

    finds_regions = True

    @override
    def color(
        self, stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
    ) -> Iterator[np.ndarray]:
        """Color a stack (Z, Y, X): half the slice, and the whole slice in red and blue where the neighbor shows cells.

        Slices are on the scale of `intensity_range.stack_scale`; nothing is normalized afterwards.
        """
        scale = stack_scale(stack)
        for image, regions in zip(stack, neighboring_regions(stack, parameters.adjacent_mean, executor), strict=True):
            colored = np.repeat(scale(image)[..., np.newaxis] / 2, 3, axis=-1)
            for channel, region in zip((0, 2), regions, strict=True):
                if region is not None:
                    colored[..., channel] *= 1 + region
            yield colored


SCHEME = StackRegionColoring()
