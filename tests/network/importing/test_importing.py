"""Networks written to ONNX files in many styles come back and compute the same."""

import numpy as np
import pytest
import torch
from networks import Style, random_network, write_onnx
from torch import nn

from ctc_submission.network.importing import import_network
from ctc_submission.network.importing.convolutions import layers_of
from ctc_submission.network.importing.parity import largest_difference

BOUND = 1e-4
SLOW = pytest.mark.slow
STYLES = [
    pytest.param(Style("folded", resized=True), id="folded, any size"),
    pytest.param(Style("kept", "keras", skip_first=True, channels_first=True), id="kept, skip first"),
    pytest.param(Style("arithmetic", reciprocal=True, shuffled=True), id="arithmetic, any order"),
    pytest.param(Style("folded", "keras", skip_first=True), id="folded, skip first", marks=SLOW),
    pytest.param(Style("kept", reciprocal=True), id="kept", marks=SLOW),
    pytest.param(Style("arithmetic", "keras", resized=True, skip_first=True), id="arithmetic", marks=SLOW),
]


def probabilities(model, images):
    with torch.inference_mode():
        return model.predict(torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2))[:, 0]


@pytest.mark.parametrize("style", STYLES)
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


@pytest.mark.parametrize(
    ("decoder", "skip_first"),
    [
        ((24, 16, 8, 8), True),
        pytest.param((112, 80, 48, 16), False, marks=SLOW),
        pytest.param((512, 256, 128, 64), True, marks=SLOW),
    ],
)
def test_other_decoders(decoder, skip_first, images, tmp_path):
    network = random_network(decoder, seed=1)
    path = write_onnx(tmp_path / "model.onnx", network, Style(skip_first=skip_first))
    imported = import_network(path)
    assert imported.architecture.filters == decoder
    assert largest_difference(path, imported, images) < BOUND


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
