"""Networks run by OpenVINO: as torch runs them, from the cache the second time, and nobody is told."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from ctc_submission.network import openvino_runtime
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.graph_cache import cache_folder
from ctc_submission.network.openvino_runtime import OpenVINORuntime, computes_bfloat16
from ctc_submission.network.stored import BuiltNetwork


@pytest.fixture(scope="module")
def runtime(model):
    return OpenVINORuntime([BuiltNetwork(model)], "float32", 2)


def test_images_are_predicted_as_by_torch(runtime, images, expected):
    predicted = runtime.predict(images)
    assert predicted.shape == expected.shape
    assert predicted.dtype == np.float32
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-4)


def test_threads_share_a_runtime(runtime, images):
    one_by_one = runtime.predict(images)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(runtime.predict, [image[np.newaxis] for image in images]))
    np.testing.assert_array_equal(np.concatenate(together), one_by_one)


def test_results_are_the_callers_own(runtime, images):
    first = runtime.predict(images[:1])
    kept = first.copy()
    runtime.predict(images[1:2])
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("shape", [(64, 64), (32, 48), (96, 32)])
def test_patches_of_other_sizes_are_shown_as_they_are(model, shape):
    patches = np.random.default_rng(1).random((2, *shape, 3), dtype=np.float32)
    shown = OpenVINORuntime([BuiltNetwork(model)], "float32", 1, resize=False).predict(patches)
    with torch.inference_mode():
        expected = torch.sigmoid(model(torch.from_numpy(patches).permute(0, 3, 1, 2)))
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-4)


def test_networks_keep_their_order_and_the_published_one_is_predicted_as_by_torch(model, published, images, expected):
    predicted = OpenVINORuntime([BuiltNetwork(published), BuiltNetwork(model)], "float32", 1).predict(images[:2])
    np.testing.assert_allclose(predicted[:, 1], expected[:2, 0], rtol=0, atol=1e-4)
    with torch.inference_mode():
        by_torch = published.predict(torch.from_numpy(images[:2]).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(predicted[:, 0], by_torch[:, 0], rtol=0, atol=1e-4)
    assert np.abs(predicted[:, 0] - predicted[:, 1]).max() > 1e-3


@pytest.mark.skipif(not computes_bfloat16(), reason="this CPU does not compute in bfloat16")
def test_bfloat16_is_near(model, images, expected):
    predicted = OpenVINORuntime([BuiltNetwork(model)], "bfloat16", 1).predict(images)
    assert 0 < np.abs(predicted - expected).max() < 0.05


def test_a_network_is_converted_once(runtime, model, images, monkeypatch):
    monkeypatch.setattr(torch.export, "export", None)
    again = OpenVINORuntime([BuiltNetwork(model)], "float32", 2).predict(images)
    np.testing.assert_array_equal(again, runtime.predict(images))


def test_other_weights_are_another_network(runtime, model, images, monkeypatch):
    changed = EfficientCellSeg(model.architecture).eval()
    changed.load_state_dict(model.state_dict())
    changed.head.bias.data += 1
    predicted = OpenVINORuntime([BuiltNetwork(changed)], "float32", 1).predict(images[:1])
    assert (predicted > runtime.predict(images[:1])).all()


def test_without_a_place_to_keep_it_a_network_is_converted_each_time(model, images, expected, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CTC_SUBMISSION_CACHE", str(tmp_path / "file" / "cache"))
    predicted = OpenVINORuntime([BuiltNetwork(model)], "float32", 1).predict(images[:1])
    np.testing.assert_allclose(predicted, expected[:1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("suffix", [".xml", ".bin", ".sha256"])
def test_a_damaged_graph_is_made_anew(runtime, model, images, suffix, caplog):
    network = BuiltNetwork(model)
    kept = cache_folder() / f"{openvino_runtime._name(network)}{suffix}"
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    again = OpenVINORuntime([network], "float32", 2).predict(images)
    np.testing.assert_array_equal(again, runtime.predict(images))
    assert "is damaged" in caplog.text
    assert "is converted again" in caplog.text
    caplog.clear()
    OpenVINORuntime([network], "float32", 2)
    assert not caplog.text


def test_openvino_reports_to_nobody():
    script = "import sys, ctc_submission.network.openvino_runtime; print(sys.modules['openvino_telemetry'])"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "None"
