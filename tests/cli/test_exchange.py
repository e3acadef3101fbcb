"""A checkpoint written as an ONNX file, run by onnxruntime, and imported again."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from ctc_submission.cli import main
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import hash_file, read_card
from ctc_submission.network.weights import load_checkpoint
from tests.conftest import save_untrained


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> dict[str, Path]:
    """Of the published network, the one that can be imported."""
    return save_untrained(tmp_path_factory.mktemp("models"), Architecture(input_size=64))


@pytest.fixture(scope="module")
def exported(checkpoints, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "network.onnx"
    assert run("export", checkpoints["segmentation"], path) == 0
    return path


def predict(checkpoint: Path, images: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return load_checkpoint(checkpoint)[0].predict(torch.from_numpy(images).permute(0, 3, 1, 2))[:, 0].numpy()


@pytest.mark.parametrize("count", [1, 3])
def test_an_exported_network_predicts_the_same(exported, checkpoints, count):
    images = np.random.default_rng(count).random((count, 64, 64, 3), dtype=np.float32)
    (given,) = onnxruntime.InferenceSession(exported).run(["probability"], {"x": images})
    expected = predict(checkpoints["segmentation"], images)
    np.testing.assert_allclose(given[..., 0], expected, rtol=0, atol=1e-5)


def test_an_exported_network_says_what_it_is(exported, checkpoints):
    metadata = {entry.key: entry.value for entry in onnx.load(exported).metadata_props}
    assert metadata["layout"] == "NHWC"
    card = asdict(read_card(checkpoints["segmentation"]))
    assert json.loads(metadata["card"]) == json.loads(json.dumps(card))
    assert [axis.dim_value for axis in onnx.load(exported).graph.input[0].type.tensor_type.shape.dim] == [0, 64, 64, 3]


@pytest.mark.slow
def test_channels_first(checkpoints, tmp_path):
    assert run("export", checkpoints["centers"], tmp_path / "network.onnx", "--layout", "NCHW") == 0
    images = np.random.default_rng(0).random((2, 64, 64, 3), dtype=np.float32)
    session = onnxruntime.InferenceSession(tmp_path / "network.onnx")
    (given,) = session.run(None, {"x": images.transpose(0, 3, 1, 2)})
    np.testing.assert_allclose(given[:, 0], predict(checkpoints["centers"], images), rtol=0, atol=1e-5)


def test_an_imported_network_predicts_the_same(exported, checkpoints, sequence, tmp_path, capsys):
    output = tmp_path / "imported.safetensors"
    options = ("--dataset", "Fluo-N3DL-TRIC", "--adjacent-mean", "0.05", "--check-on", sequence / "t000.tif")
    assert run("import-weights", exported, "--output", output, *options, "--tiles", "6") == 0
    printed = capsys.readouterr().out
    assert "decoder 64, 48, 32, 16; sees 64 x 64" in printed
    assert re.search(r"by onnxruntime on 6 images: \d\.\de-0\d", printed)
    images = np.random.default_rng(0).random((2, 75, 31, 3), dtype=np.float32)
    expected = predict(checkpoints["segmentation"], images)
    np.testing.assert_allclose(predict(output, images), expected, rtol=0, atol=1e-5)
    card = read_card(output)
    assert (card.dataset, card.pseudocolor.adjacent_mean) == ("Fluo-N3DL-TRIC", 0.05)
    assert card.architecture == Architecture(input_size=64, outputs=("foreground",))
    assert card.tiles == 6
    assert hash_file(exported) in card.training_data
    assert "ask its authors" in card.license


def test_an_imported_network_predicts_what_it_is_said_to(exported, tmp_path):
    output = tmp_path / "imported.safetensors"
    assert (
        run("import-weights", exported, "--output", output, "--dataset", "Fluo-C3DL-MDA231", "--predict", "centers")
        == 0
    )
    assert load_checkpoint(output)[1].architecture.outputs == ("centers",)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("network.onnx", (), r"network\.onnx: which dataset is it for\? name it by --dataset"),
        ("network.onnx", ("--dataset", "Fluo-N3DL-TRICK"), "unknown dataset 'Fluo-N3DL-TRICK'"),
        ("ecs_tric.onnx", (), r"ecs_tric\.onnx: no such file"),
        ("ecs_tric.onnx", ("--adjacent-mean", "2"), "adjacent_mean is 2"),
    ],
)
def test_wrong_arguments_are_refused(exported, tmp_path, capsys, name, options, message):
    assert run("import-weights", exported.with_name(name), "--output", tmp_path / "out.safetensors", *options) == 2
    assert re.search(message, capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


def test_a_missing_checkpoint(tmp_path, capsys):
    assert run("export", tmp_path / "none.safetensors", tmp_path / "out.onnx") == 2
    assert "no such weights" in capsys.readouterr().err
