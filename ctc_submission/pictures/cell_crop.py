"""A cell seen closely: XY, XZ and YZ slices through it, in real proportions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.pictures.planes import draw_plane, write_number

_SMALLEST, _LARGEST = 32, 320
_AROUND = 1.8


@dataclass(frozen=True)
class Crop:
    """Pictures (Y, X, 3) of the slices through a cell."""

    xy: NDArray[np.uint8]
    """The slice with most of the cell."""
    xz: NDArray[np.uint8] | None
    """The XZ slice with most of it, z downwards; None of a single slice."""
    yz: NDArray[np.uint8] | None
    """The YZ slice with most of it, z to the right; None of a single slice."""
    position: tuple[int, int, int]
    """The slice, row and column shown."""


@dataclass(frozen=True)
class _Window:
    """The part of a frame around a cell, and the planes shown of it."""

    edges: tuple[slice, slice, slice]
    position: tuple[int, int, int]
    scale: float

    @property
    def shown(self) -> tuple[int, ...]:
        """The planes' indices in the part."""
        return tuple(index - edge.start for index, edge in zip(self.position, self.edges, strict=True))


def draw_crop(
    stack: NDArray,
    labels: NDArray,
    label: int,
    box: tuple[NDArray[np.int64], NDArray[np.int64]],
    spacing: Spacing,
    *,
    reference: Mapping[int, NDArray] | None = None,
    side: int = 176,
) -> Crop:
    """Draw a cell, its outline bright, those of its neighbors dark, references orange.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray
        Intensities.
    labels : (Z, Y, X) ndarray of uint8 or uint16
        Labels.
    label : int
        The cell's; 0 for an empty spot, of which the middle of the box is shown.
    box : pair of (3,) ndarray of int64
        First z, y, x of the cell, and those after its last.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    reference : mapping of int to (Y, X) ndarray, optional
        Labels of annotated slices, by the slice's number.
    side : int
        Edge of the XY picture in pixels.

    Returns
    -------
    Crop
    """
    window = _find_window(labels, label, box, spacing, side)
    part, seen = stack[window.edges], labels[window.edges]
    annotated = _annotated(reference or {}, window)
    z, y, x = window.shown
    deep = window.scale * spacing[0] / spacing[2]
    sizes = [
        max(1, round(count * scale))
        for count, scale in zip(part.shape, (deep, window.scale, window.scale), strict=False)
    ]
    xy = _draw(part[z], seen[z], (sizes[1], sizes[2]), annotated.get(z), label)
    if label:
        xy = write_number(xy, label, (y + 0.5) * window.scale, (x + 0.5) * window.scale)
    if len(stack) == 1:
        return Crop(xy, None, None, window.position)
    whole = np.stack([annotated[each] for each in range(len(part))]) if len(annotated) == len(part) else None
    xz = _draw(part[:, y], seen[:, y], (sizes[0], sizes[2]), None if whole is None else whole[:, y], label)
    yz = _draw(
        part[:, :, x].T, seen[:, :, x].T, (sizes[1], sizes[0]), None if whole is None else whole[:, :, x].T, label
    )
    return Crop(xy, xz, yz, window.position)


def _draw(
    image: NDArray, labels: NDArray, size: tuple[int, int], reference: NDArray | None, label: int
) -> NDArray[np.uint8]:
    contiguous = np.ascontiguousarray(labels)
    annotated = None if reference is None else np.ascontiguousarray(reference)
    return draw_plane(np.ascontiguousarray(image), contiguous, size, reference=annotated, chosen=label or None)


def _find_window(
    labels: NDArray, label: int, box: tuple[NDArray[np.int64], NDArray[np.int64]], spacing: Spacing, side: int
) -> _Window:
    """Choose the planes with most of the cell, and a square around it; less where the image ends."""
    low, high = box
    position = tuple((low + high) // 2)
    if label:
        is_cell = labels[tuple(slice(*ends) for ends in zip(low, high, strict=True))] == label
        areas = (is_cell.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1)))
        position = tuple(int(start + np.argmax(area)) for start, area in zip(low, areas, strict=True))
    extent = int(np.clip(_AROUND * (high - low)[1:].max(), _SMALLEST, _LARGEST))
    deep = max(_AROUND * (high - low)[0], extent * spacing[2] / spacing[0])
    middle = (low + high) / 2
    edges = []
    for center, length, count in zip(middle, (deep, extent, extent), labels.shape, strict=True):
        start = int(np.clip(round(center - length / 2), 0, max(0, count - 1)))
        edges.append(slice(start, int(min(count, max(start + 1, round(center + length / 2))))))
    inside = tuple(int(np.clip(index, edge.start, edge.stop - 1)) for index, edge in zip(position, edges, strict=True))
    return _Window((edges[0], edges[1], edges[2]), (inside[0], inside[1], inside[2]), side / extent)


def _annotated(reference: Mapping[int, NDArray], window: _Window) -> dict[int, NDArray]:
    """Cut the annotated slices of a window; their numbers in it."""
    z, rows, columns = window.edges
    return {
        number - z.start: labels[rows, columns] for number, labels in reference.items() if z.start <= number < z.stop
    }
