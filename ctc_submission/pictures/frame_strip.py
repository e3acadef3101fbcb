"""A frame at a glance: its middle slice, its worst slice, and projections along z and y, with outlines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.pictures.planes import draw_plane, fit_size

_FLATTEST = 8
"""Times a view from the side may be as wide as it is high."""


@dataclass(frozen=True)
class StripPicture:
    """One picture of a strip."""

    title: str
    """What it shows."""
    image: NDArray[np.uint8]
    """(Y, X, 3) colors."""


def draw_strip(
    stack: NDArray,
    labels: NDArray,
    spacing: Spacing,
    *,
    worst: int | None = None,
    reference: Mapping[int, NDArray] | None = None,
    side: int = 560,
) -> list[StripPicture]:
    """Draw a frame.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray
        Intensities.
    labels : (Z, Y, X) ndarray of uint8 or uint16
        Labels.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    worst : int, optional
        A slice to show beside the middle one.
    reference : mapping of int to (Y, X) ndarray, optional
        Labels of annotated slices, by the slice's number.
    side : int
        Longer edge of the pictures in pixels; small frames are enlarged to it.

    Returns
    -------
    list of StripPicture
        One of a single slice.
    """
    annotated = reference or {}
    depth, rows, columns = stack.shape
    size = fit_size(rows * spacing[1], columns * spacing[2], side)
    width = 2 if size[1] > columns else 1

    def of_slice(z: int, title: str) -> StripPicture:
        return StripPicture(title, draw_plane(stack[z], labels[z], size, reference=annotated.get(z), width=width))

    if depth == 1:
        return [of_slice(0, "Image")]
    pictures = [of_slice(depth // 2, f"Middle slice, {depth // 2}")]
    if worst is not None:
        pictures.append(of_slice(worst, f"Worst slice, {worst}"))
    along_z = draw_plane(stack.max(axis=0), labels.max(axis=0), size, width=width)
    return [
        *pictures,
        StripPicture("Maximum projection along z", along_z),
        _from_the_side(stack, labels, spacing, size[1]),
    ]


def _from_the_side(stack: NDArray, labels: NDArray, spacing: Spacing, side: int) -> StripPicture:
    """Project along y in real proportions; of frames that are too flat to see anything, the middle alone."""
    depth, rows, columns = stack.shape
    shown = min(columns, round(depth * spacing[0] / spacing[2] * _FLATTEST))
    rows_shown = rows if shown == columns else min(rows, shown)
    top, left = (rows - rows_shown) // 2, (columns - shown) // 2
    part = (slice(None), slice(top, top + rows_shown), slice(left, left + shown))
    size = max(1, round(side * depth * spacing[0] / (shown * spacing[2]))), side
    width = 2 if side > shown else 1
    image = draw_plane(stack[part].max(axis=1), labels[part].max(axis=1), size, width=width)
    where = "" if shown == columns else f"the middle {rows_shown} x {shown} pixels, "
    return StripPicture(f"Maximum projection along y, {where}z downwards", image)
