"""The viewer and the plugin in napari itself, where it is installed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ctc_submission.reporting.source import open_dataset
from ctc_submission.viewing import plugin
from ctc_submission.viewing.launch import fill_viewer
from ctc_submission.viewing.view import Viewpoint, sequence_layers

napari = pytest.importorskip("napari")
npe2 = pytest.importorskip("npe2")
pytest.importorskip("pytestqt")
pytestmark = pytest.mark.filterwarnings("default")
MANIFEST = Path(plugin.__file__).with_name("napari.yaml")


def test_layers_lie_over_each_other_and_the_place_is_shown(make_napari_viewer: Any, dataset: Path) -> None:
    viewer = make_napari_viewer()
    layers, _ = sequence_layers(open_dataset(dataset, "01"), worst=3)

    fill_viewer(viewer, layers, Viewpoint(2, (3.0, 7.0, 12.0)))

    assert [layer.name for layer in viewer.layers][:4] == ["frames", "masks", "reference", "tracks"]
    assert viewer.dims.current_step[:2] == (2, 3)
    assert viewer.camera.center[1:] == pytest.approx((7, 12))
    assert viewer.layers["reference"].contour > 0
    extents = [layer.extent.world[:, 1:] for layer in viewer.layers[:2]]
    np.testing.assert_allclose(extents[0], extents[1])


def test_painting_changes_the_frame_that_is_written(make_napari_viewer: Any, dataset: Path, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    layers, _ = sequence_layers(open_dataset(dataset, "01"))
    fill_viewer(viewer, layers, Viewpoint(1, (2.0, 7.0, 12.0)))
    masks = viewer.layers["masks"]

    masks.data_setitem((np.array([1]), np.array([2]), np.array([0]), np.array([0])), 42)
    masks.undo()
    masks.redo()

    assert masks.data[1, 2, 0, 0] == 42
    assert sorted(masks.data.edited) == [1]


def test_the_manifest_is_valid_and_its_reader_and_writer_work(npe2pm: Any, dataset: Path, tmp_path: Path) -> None:
    manifest = npe2.PluginManifest.from_file(MANIFEST)
    with npe2pm.tmp_plugin(manifest=manifest):
        ((data, settings, kind),) = npe2.read([str(dataset / "01_RES")], stack=False)
        assert kind == "labels"
        data[0, 0, 0, 0] = 9
        target = str(tmp_path / "SEG/man_seg.tif")
        written = npe2.write(target, [(data, settings, kind)], plugin_name="ctc-submission")
    assert written == [str(tmp_path / "SEG/man_seg000.tif")]


def test_the_widget_segments_the_selected_layer(make_napari_viewer: Any, dataset: Path, qtbot: Any) -> None:
    from ctc_submission.viewing.plugin.widget import SegmentWidget

    viewer = make_napari_viewer()
    layers, _ = sequence_layers(open_dataset(dataset, "01"))
    fill_viewer(viewer, layers[:1], Viewpoint(3))

    def segment(stack: np.ndarray, *_: Any) -> np.ndarray:
        return (stack > 130).astype(np.int32)

    widget = SegmentWidget(viewer, segment)
    viewer.layers.selection.active = None
    assert widget.start() is None
    viewer.layers.selection.active = viewer.layers["frames"]
    worker = widget.start()
    with qtbot.waitSignal(worker.finished, timeout=120_000):
        pass
    qtbot.waitUntil(lambda: len(viewer.layers) == 2, timeout=10_000)

    labels = viewer.layers["frames nuclei"]
    assert [bool(np.asarray(labels.data[time]).any()) for time in range(4)] == [False, False, False, True]
    assert widget.message.value == "1 cells"
    assert widget.button.enabled
