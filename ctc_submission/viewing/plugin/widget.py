"""The widget of the plugin: a model segments the selected layer while napari goes on."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from magicgui.widgets import CheckBox, ComboBox, Container, FloatSpinBox, Label, PushButton
from napari.layers import Image, Labels
from napari.qt.threading import create_worker
from napari.utils import progress
from numpy.typing import NDArray

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.viewing.plugin.segmenting import (
    MODELS,
    Segment,
    StackProgress,
    segment_in_background,
    segment_stack,
)

if TYPE_CHECKING:
    import napari

_GENERAL = "nuclei"


class SegmentWidget(Container):
    """Model, cell diameter, and a button; the labels become a layer of their own.

    Parameters
    ----------
    napari_viewer : napari.Viewer
        The viewer whose active layer is segmented.
    segment : callable
        What segments a stack.
    """

    def __init__(self, napari_viewer: "napari.Viewer", segment: Segment = segment_stack) -> None:
        self._viewer = napari_viewer
        self._segment = segment
        self.model = ComboBox(label="model", choices=MODELS, value=_GENERAL)
        self.diameter = FloatSpinBox(label="cell diameter (0: measure)", value=0, min=0, max=2000, step=1)
        self.all_frames = CheckBox(text="all frames, not only the one shown", value=False)
        self.button = PushButton(text="Segment the selected layer")
        self.message = Label(value="")
        super().__init__(widgets=[self.model, self.diameter, self.all_frames, self.button, self.message])
        self.button.changed.connect(self.start)

    def start(self) -> Any:
        """Segment the active layer in the background; return the worker, or None if there is nothing to segment."""
        layer = self._viewer.layers.selection.active
        if not isinstance(layer, Image) or layer.ndim not in (2, 3, 4):
            self.message.value = "select a layer of frames first"
            return None
        times = self._times(layer)
        stacks = [partial(_stack, layer.data, time) for time in times]
        spacing = _spacing(layer)
        worker = create_worker(
            segment_in_background,
            stacks,
            self.model.value,
            spacing,
            self.diameter.value or None,
            self._segment,
            _start_thread=False,
        )
        bar = progress(total=len(stacks), desc=f"segmenting {layer.name}")
        worker.yielded.connect(partial(self._tell, bar, len(stacks)))
        worker.returned.connect(partial(self._show, layer, times))
        worker.errored.connect(lambda error: setattr(self.message, "value", f"could not be segmented: {error}"))
        worker.finished.connect(bar.close)
        worker.finished.connect(partial(setattr, self.button, "enabled", True))
        self.button.enabled = False
        self.message.value = "loading the networks"
        worker.start()
        return worker

    def _times(self, layer: Image) -> list[int]:
        if layer.ndim < 4:
            return [0]
        return list(range(layer.data.shape[0])) if self.all_frames.value else [int(self._viewer.dims.current_step[0])]

    def _tell(self, bar: progress, count: int, reached: StackProgress) -> None:
        which = f"frame {reached.index + 1} of {count}, " if count > 1 else ""
        self.message.value = f"{which}{reached.done} slices done"
        bar.update(reached.index - bar.n)  # last: it lets other events happen, the end of the work among them

    def _show(self, layer: Image, times: list[int], labels: NDArray) -> None:
        """Add the labels at the same place in time and space as the frames."""
        self.message.value = f"{_count(labels)} cells"
        whole = labels.reshape(layer.data.shape) if layer.ndim < 4 else _at(times, labels, layer.data.shape)
        self._viewer.add_layer(
            Labels(whole, name=f"{layer.name} {self.model.value}", scale=layer.scale, metadata=dict(layer.metadata))
        )


def _stack(data: Any, time: int) -> NDArray:
    """Return a stack (Z, Y, X) of a layer's data of two to four axes."""
    stack = np.asarray(data[time] if np.ndim(data) == 4 else data)
    return stack if stack.ndim == 3 else stack[np.newaxis]


def _spacing(layer: Image) -> Spacing:
    edges = [float(edge) for edge in layer.scale[-3:]]
    z, y, x = edges if len(edges) == 3 else [min(edges), *edges]
    return z, y, x


def _at(times: list[int], labels: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Put labels of some frames among empty ones."""
    whole = np.zeros(shape, labels.dtype)
    whole[times] = labels
    return whole


def _count(labels: NDArray) -> int:
    return sum(len(np.unique(stack[stack > 0])) for stack in labels)
