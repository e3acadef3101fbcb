"""A stack segmented by a model in a thread of its own, its progress told meanwhile."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ctc_submission.api.model import Model
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.segmentation.configuration import CONFIGURATIONS

MODELS = tuple(CONFIGURATIONS)
"""Models that can be chosen."""
_PATIENCE = 0.1

Segment = Callable[[NDArray, str, Spacing, float | None, Callable[[], object]], NDArray]
"""Segments a stack, as `segment_stack`."""


@dataclass(frozen=True)
class StackProgress:
    """How far it is."""

    done: int
    """Slices that the networks have seen."""
    index: int
    """Which of the stacks, from 0 on."""


def segment_stack(
    stack: NDArray, model: str, spacing: Spacing, cell_diameter: float | None, advance: Callable[[], object]
) -> NDArray:
    """Segment a stack (Z, Y, X) by a model; `advance` is called after each slice that its networks saw."""
    settings = {} if cell_diameter is None else {"cell_diameter": cell_diameter}
    return Model.from_pretrained(model, settings=settings).segment(stack, spacing, advance=advance)


def segment_in_background(
    stacks: Sequence[Callable[[], NDArray]],
    model: str,
    spacing: Spacing,
    cell_diameter: float | None = None,
    segment: Segment = segment_stack,
) -> Generator[StackProgress, None, NDArray]:
    """Segment stacks one after the other in a thread, and tell how far it is until all are done.

    Parameters
    ----------
    stacks : sequence of callable
        Each returns a stack (Z, Y, X), all of one size.
    model : str
        One of `MODELS`.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    cell_diameter : float, optional
        Diameter of the cells in pixels; measured by models that need it if not given.
    segment : callable
        What segments a stack.

    Yields
    ------
    StackProgress
        A few times a second.

    Returns
    -------
    (T, Z, Y, X) ndarray of int32
        Labels.
    """
    labels: list[NDArray] = []
    with ThreadPoolExecutor(1, "segment") as pool:
        for index, read in enumerate(stacks):
            seen: list[None] = []
            future = pool.submit(segment, read(), model, spacing, cell_diameter, partial(seen.append, None))
            while not future.done():
                wait([future], _PATIENCE)
                yield StackProgress(len(seen), index)
            labels.append(future.result())
    return np.stack(labels)
