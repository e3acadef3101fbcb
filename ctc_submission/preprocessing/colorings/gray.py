"""No pseudocolors: a slice three times, min-max normalized, with which the paper compares pseudocolors."""

from collections.abc import Iterator
from concurrent.futures import Executor

import numpy as np
from typing_extensions import override

from ctc_submission.preprocessing.coloring_scheme import ColoringScheme
from ctc_submission.preprocessing.normalization import min_max_normalize
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters


class GrayColoring(ColoringScheme):
    """Every slice by itself, gray."""

    @override
    def color(
        self, stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
    ) -> Iterator[np.ndarray]:
        """Repeat each slice of a stack (Z, Y, X) as red, green and blue, (Y, X, 3) float32 in [0, 1]."""
        for image in stack:
            yield np.repeat(min_max_normalize(image)[..., np.newaxis], 3, axis=-1)


SCHEME = GrayColoring()
