"""Which panels a picture has: above a slice seen closely, below the whole frame, last a view from the side."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.pictures.panels import BOTH, REFERENCE, RESULT, color_labels, find_outlines, gray, paint, zoom_for
from ctc_submission.pictures.planes import draw_plane, resize_labels
from ctc_submission.pictures.scene import Scene, count_cells
from ctc_submission.pictures.window import find_window

PLAIN = "#FFFFFF"
_LINE = 3


@dataclass(frozen=True)
class Panel:
    """One image of a picture."""

    image: NDArray[np.uint8]
    """(Y, X, 3) colors, enlarged."""
    title: str
    """What it shows."""
    zoom: int
    """Factor of the enlargement."""
    color: str = PLAIN
    """Color of the title, #RRGGBB."""
    frame: tuple[slice, slice] | None = None
    """Rows and columns, before the enlargement, of a rectangle to draw: the part seen closely above."""
    numbers: tuple[tuple[float, float, int], ...] = ()
    """Row and column, after the enlargement, of each label to be written, and the label."""


def compose(scene: Scene, z: int, *, numbers: bool = False) -> list[list[Panel]]:
    """Compose the rows of a picture.

    Parameters
    ----------
    scene : Scene
        What to show.
    z : int
        Slice to show.
    numbers : bool
        Whether labels are written on the cells of the slice.

    Returns
    -------
    list of list of Panel
        The slice (frame, reference, result), the stack (maximum projections of frame and result; between them
        reference and result in one), and an XZ slice. A frame of a single small slice has no overview; it shows label
        maps.

    Raises
    ------
    ValueError
        If the stack has no such slice.
    """
    if not 0 <= z < len(scene.frame):
        raise ValueError(f"{scene.name}: no slice {z}, expected one from 0 to {len(scene.frame) - 1}")
    labels = scene.reference[z] if z in scene.reference else scene.result[z]
    window = find_window(labels)
    is_whole = scene.frame[z][window].shape == scene.frame.shape[1:]
    below = (
        _label_maps(scene, z) if is_whole and len(scene.frame) == 1 else _overviews(scene, None if is_whole else window)
    )
    above = _close_ups(scene, z, window, numbers)
    rows = [above, [below[0], _both(scene, z, window), below[1]] if z in scene.reference else below]
    return rows if len(scene.frame) == 1 else [*rows, _from_the_side(scene, window)]


def _close_ups(scene: Scene, z: int, window: tuple[slice, slice], numbers: bool) -> list[Panel]:
    image, result = scene.frame[z][window], scene.result[z]
    zoom = zoom_for(image.shape)
    picture = gray(image, zoom)
    panels = [Panel(picture, f"Frame, slice {z}" if len(scene.frame) > 1 else "Frame", zoom)]
    if z in scene.reference:
        reference = scene.reference[z]
        title = f"Reference, {_cells(reference)} in the slice"
        panels.append(_outlined(picture, reference[window], title, zoom, REFERENCE, numbers))
    title = f"Result, {_cells(result)} in the slice"
    return [*panels, _outlined(picture, result[window], title, zoom, RESULT, numbers)]


def _outlined(picture: NDArray[np.uint8], labels: NDArray, title: str, zoom: int, color: str, numbers: bool) -> Panel:
    """Draw outlines over a slice, with the numbers of the labels if they are wanted."""
    written = tuple(_find_numbers(labels, zoom)) if numbers else ()
    return Panel(paint(picture, find_outlines(labels, zoom, _LINE), color), title, zoom, color, numbers=written)


def _find_numbers(labels: NDArray, zoom: int) -> Iterator[tuple[float, float, int]]:
    """Yield where each label is to be written: at the mean position of its pixels."""
    for label in np.unique(labels[labels > 0]).tolist():
        rows, columns = np.nonzero(labels == label)
        yield (float(rows.mean()) + 0.5) * zoom, (float(columns.mean()) + 0.5) * zoom, label


def _from_the_side(scene: Scene, window: tuple[slice, slice]) -> list[Panel]:
    """Show the XZ slice through the row of the window with most of the cells, in real proportions."""
    rows, columns = window
    y = rows.start + int(np.count_nonzero(scene.result[:, rows, columns], axis=(0, 2)).argmax())
    zoom = zoom_for(scene.frame[0, rows, columns].shape)
    image, result = (np.ascontiguousarray(stack[:, y, columns]) for stack in (scene.frame, scene.result))
    size = max(1, round(zoom * scene.anisotropy * len(image))), zoom * image.shape[1]
    panels = [Panel(draw_plane(image, np.zeros_like(result), size), f"Frame, XZ slice at y = {y}, z downwards", zoom)]
    if len(scene.reference) == len(image):
        reference = np.stack([scene.reference[z][y, columns] for z in range(len(image))])
        outlined = paint(panels[0].image, find_outlines(resize_labels(reference, size), 1, _LINE), REFERENCE)
        panels.append(Panel(outlined, "Reference, the same XZ slice", zoom, REFERENCE))
    outlined = paint(panels[0].image, find_outlines(resize_labels(result, size), 1, _LINE), RESULT)
    return [*panels, Panel(outlined, "Result, the same XZ slice", zoom, RESULT)]


def _both(scene: Scene, z: int, window: tuple[slice, slice]) -> Panel:
    """Overlay the outlines of reference annotation and result on a darkened slice; they are white where they agree."""
    image = scene.frame[z][window]
    zoom = zoom_for(image.shape)
    reference, result = (find_outlines(labels[z][window], zoom, _LINE) for labels in (scene.reference, scene.result))
    picture = gray(image, zoom) // 2
    for where, color in ((reference, REFERENCE), (result, RESULT), (reference & result, BOTH)):
        picture = paint(picture, where, color)
    return Panel(picture, f"Reference and result, slice {z}" if len(scene.frame) > 1 else "Reference and result", zoom)


def _overviews(scene: Scene, window: tuple[slice, slice] | None) -> list[Panel]:
    zoom = zoom_for(scene.frame.shape[1:])
    labels = scene.result.max(axis=0)
    return [
        Panel(gray(scene.frame.max(axis=0), zoom), "Whole frame, maximum projection along z", zoom, frame=window),
        Panel(color_labels(labels, zoom), f"Result, projection along z, {_cells(scene.result)}", zoom, RESULT, window),
    ]


def _label_maps(scene: Scene, z: int) -> list[Panel]:
    zoom = zoom_for(scene.frame.shape[1:])
    result = Panel(color_labels(scene.result[z], zoom), "Labels of the result", zoom, RESULT)
    if z not in scene.reference:
        return [result]
    return [Panel(color_labels(scene.reference[z], zoom), "Labels of the reference", zoom, REFERENCE), result]


def _cells(labels: NDArray) -> str:
    count = count_cells(labels)
    return f"{count} cell" if count == 1 else f"{count} cells"
