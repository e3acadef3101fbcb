"""Which panels a picture has: above a slice seen closely, below the whole frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctc_submission.pictures.panels import BOTH, REFERENCE, RESULT, color_labels, find_outlines, gray, paint, zoom_for
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


def compose(scene: Scene, z: int) -> list[list[Panel]]:
    """Compose the rows of a picture.

    Parameters
    ----------
    scene : Scene
        What to show.
    z : int
        Slice to show.

    Returns
    -------
    list of list of Panel
        The slice (frame, reference, result), and the stack (maximum projections of frame and result; between them
        reference and result in one). A frame of a single small slice has no overview; it shows label maps.

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
    above = _close_ups(scene, z, window)
    return [above, [below[0], _both(scene, z, window), below[1]] if z in scene.reference else below]


def _close_ups(scene: Scene, z: int, window: tuple[slice, slice]) -> list[Panel]:
    image, result = scene.frame[z][window], scene.result[z]
    zoom = zoom_for(image.shape)
    picture = gray(image, zoom)
    panels = [Panel(picture, f"Frame, slice {z}" if len(scene.frame) > 1 else "Frame", zoom)]
    if z in scene.reference:
        reference = scene.reference[z]
        title = f"Reference, {_cells(reference)} in the slice"
        panels.append(
            Panel(paint(picture, find_outlines(reference[window], zoom, _LINE), REFERENCE), title, zoom, REFERENCE)
        )
    title = f"Result, {_cells(result)} in the slice"
    panels.append(Panel(paint(picture, find_outlines(result[window], zoom, _LINE), RESULT), title, zoom, RESULT))
    return panels


def _both(scene: Scene, z: int, window: tuple[slice, slice]) -> Panel:
    """Overlay the outlines of reference annotation and result on a darkened slice; they are white where they agree."""
    image = scene.frame[z][window]
    zoom = zoom_for(image.shape)
    reference, result = (find_outlines(labels[z][window], zoom, _LINE) for labels in (scene.reference, scene.result))
    picture = gray(image, zoom) // 2
    for where, color in ((reference, REFERENCE), (result, RESULT), (reference & result, BOTH)):
        picture = paint(picture, where, color)
    return Panel(picture, "Reference and result", zoom)


def _overviews(scene: Scene, window: tuple[slice, slice] | None) -> list[Panel]:
    zoom = zoom_for(scene.frame.shape[1:])
    labels = scene.result.max(axis=0)
    return [
        Panel(gray(scene.frame.max(axis=0), zoom), "Whole frame, maximum projection", zoom, frame=window),
        Panel(color_labels(labels, zoom), f"Result, {_cells(scene.result)} in the frame", zoom, RESULT, window),
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
