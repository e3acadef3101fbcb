"""Networks written to ONNX and Keras files in many styles come back and compute the same."""

import h5py
import numpy as np
import pytest
import torch
from keras_files import write_keras
from networks import SIDE, Style, random_network, write_onnx
from torch import nn

from ctc_submission.network.importing import import_network
from ctc_submission.network.importing.layers import layers_of
from ctc_submission.network.importing.parity import largest_difference

BOUND = 1e-4
STYLES = {
    "folded": Style(),
    "kept": Style("kept", "keras", channels_first=True),
    "arithmetic": Style("arithmetic", reciprocal=True),
    "skip first": Style("kept", skip_first=True, reciprocal=True),
    "skip first, folded": Style("folded", "keras", skip_first=True),
    "any size": Style("folded", resized=True),
    "any order": Style("arithmetic", "keras", shuffled=True, channels_first=True),
}


def probabilities(model, images):
    with torch.inference_mode():
        return model.predict(torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2))


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_onnx_files_of_every_style(network, images, style, tmp_path):
    path = write_onnx(tmp_path / "model.onnx", network, style)
    imported = import_network(path)
    assert imported.architecture == network.architecture
    torch.testing.assert_close(imported.input_mean, network.input_mean, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(imported.input_std, network.input_std, rtol=1e-6, atol=1e-6)
    assert largest_difference(path, imported, images) < BOUND
    expected = probabilities(network, images)
    assert expected.std() > 0.1
    torch.testing.assert_close(probabilities(imported, images), expected, rtol=0, atol=BOUND)


def test_batch_norms_that_are_there_are_kept(network, tmp_path):
    path = write_onnx(tmp_path / "model.onnx", network, Style("kept"))
    given = import_network(path).state_dict()
    for name, tensor in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            torch.testing.assert_close(given[name], tensor, rtol=1e-5, atol=1e-6)


def test_odd_sizes_are_resized_as_the_file_does(network, tmp_path):
    path = write_onnx(tmp_path / "model.onnx", network, Style(resized=True))
    image = np.random.default_rng(1).random((75, 131, 3), dtype=np.float32)
    runtime = pytest.importorskip("onnxruntime")
    expected = runtime.InferenceSession(path).run(None, {"x": image[None]})[0][..., 0]
    given = probabilities(import_network(path), [image]).numpy()
    np.testing.assert_allclose(given, expected, rtol=0, atol=BOUND)


@pytest.mark.parametrize("decoder", [(112, 80, 48, 16), (24, 16, 8, 8)])
@pytest.mark.parametrize("skip_first", [False, True])
def test_other_decoders(decoder, skip_first, images, tmp_path):
    network = random_network(decoder, seed=1)
    path = write_onnx(tmp_path / "model.onnx", network, Style(skip_first=skip_first))
    imported = import_network(path)
    assert imported.architecture.decoder == decoder
    assert largest_difference(path, imported, images) < BOUND


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("skip_first", [False, True])
def test_whole_keras_models(network, images, version, skip_first, tmp_path):
    path = write_keras(tmp_path / "model.h5", network, version=version, skip_first=skip_first)
    imported = import_network(path)
    assert imported.architecture == network.architecture
    torch.testing.assert_close(imported.input_std, network.input_std)
    expected = probabilities(network, images)
    torch.testing.assert_close(probabilities(imported, images), expected, rtol=0, atol=BOUND)


@pytest.mark.parametrize("version", [2, 3])
def test_keras_weights_alone(network, images, version, tmp_path):
    path = write_keras(tmp_path / "weights.h5", network, version=version, weights_only=True)
    imported = import_network(path, input_size=SIDE)
    expected = probabilities(network, images)
    torch.testing.assert_close(probabilities(imported, images), expected, rtol=0, atol=BOUND)
    with h5py.File(path) as file:
        assert "layer_names0" in file.attrs


def test_a_file_for_any_size_is_for_the_papers(network, tmp_path):
    path = write_keras(tmp_path / "weights.h5", network, weights_only=True)
    assert import_network(path).architecture.input_size == 384


def test_layers_are_in_the_order_in_which_they_are_computed(network):
    run = []
    parts = [part for part in network.modules() if isinstance(part, nn.Conv2d | nn.BatchNorm2d)]
    hooks = [part.register_forward_hook(lambda part, _, __: run.append(part)) for part in parts]
    with torch.inference_mode():
        network(torch.zeros(1, 3, 32, 32))
    for hook in hooks:
        hook.remove()
    expected = [part for layer in layers_of(network) for part in (layer.convolution, layer.norm) if part is not None]
    assert len(run) == len(expected)
    assert all(given is other for given, other in zip(run, expected, strict=True))
