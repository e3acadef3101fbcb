"""napari opened with layers, at a place."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ctc_submission.viewing.layers import REFERENCE, LayerData
from ctc_submission.viewing.view import Viewpoint

if TYPE_CHECKING:
    import napari

_FIELD = 120
"""Pixels of the frame around a place that fill the window."""
_CONTOUR = 2


def open_viewer(title: str, layers: Sequence[LayerData], place: Viewpoint) -> None:
    """Open napari and return when its window is closed.

    Raises
    ------
    OSError
        If napari is not installed.
    """
    viewer_class, run = _napari()
    viewer = viewer_class(title=title)
    fill_viewer(viewer, layers, place)
    run()


def fill_viewer(viewer: "napari.Viewer", layers: Sequence[LayerData], place: Viewpoint) -> None:
    """Add layers to a viewer and go to a place; references are shown as contours."""
    from napari.layers import Layer

    for data in layers:
        layer = viewer.add_layer(Layer.create(*data))
        if layer.name == REFERENCE:
            layer.contour = _CONTOUR
    go_to(viewer, place)


def go_to(viewer: "napari.Viewer", place: Viewpoint) -> None:
    """Show a frame, and a position in it from near."""
    scale = viewer.layers[0].scale
    viewer.dims.set_point(0, float(place.time))
    if place.position is None:
        viewer.dims.set_point(1, (viewer.layers[0].data.shape[1] // 2) * scale[1])
        return
    z, y, x = (index * edge for index, edge in zip(place.position, scale[1:], strict=True))
    viewer.dims.set_point(1, round(place.position[0]) * scale[1])
    viewer.camera.center = (z, y, x)
    viewer.camera.zoom = max(viewer.camera.zoom, 600 / _FIELD)


def _napari() -> tuple[Callable[..., "napari.Viewer"], Callable[[], None]]:
    try:
        import napari
    except ModuleNotFoundError as error:
        raise OSError("looking at a sequence needs napari: pip install 'ctc-submission[view]'") from error
    return napari.Viewer, napari.run
