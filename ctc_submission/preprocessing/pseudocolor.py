"""Pseudocoloring, the public entry point: a stack in, its slices colored by their neighbors out."""

from collections.abc import Iterator
from concurrent.futures import Executor

import numpy as np

from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters

__all__ = ["PseudocolorParameters", "pseudocolor_slices"]


def pseudocolor_slices(
    stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
) -> Iterator[np.ndarray]:
    """Color a stack slice by slice, by the scheme that the parameters name.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of uint8, uint16 or float
        Raw frame.
    parameters : PseudocolorParameters
        How to color.
    executor : Executor, optional
        Threads to share the work.
    step : int
        How many slices away neighbors are whose intensities are added, see `PseudocolorParameters.neighbor_step`.

    Yields
    ------
    (Y, X, 3) ndarray of float32 in [0, 1]
        Slice after slice.
    """
    return find_scheme(parameters.coloring).color(stack, parameters, executor, step)
