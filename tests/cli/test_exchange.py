"""A checkpoint written as an ONNX file, run by onnxruntime, and imported again."""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from ctc_submission.cli import main
from ctc_submission.network.architecture import DECODERS, ENCODERS, Architecture
from ctc_submission.network.card import ModelCard, read_card, sha256_of
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
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
    kept = read_card(checkpoints["segmentation"])
    assert card == replace(
        kept, dataset="Fluo-N3DL-TRIC", tiles=6, pseudocolor=replace(kept.pseudocolor, adjacent_mean=0.05)
    )


def write_checkpoint(path: Path, architecture: Architecture) -> ModelCard:
    torch.manual_seed(1)
    card = ModelCard(
        dataset="nuclei",
        training_data="cells of my own",
        date="2026-02-03",
        score="SEG 0.9",
        license="CC-BY-4.0",
        architecture=architecture,
        pseudocolor=PseudocolorParameters(0.07, "image", "intensity"),
        diameter=24.0,
    )
    model = EfficientCellSeg(architecture)
    model.input_std[:] *= 1.5
    save_checkpoint(path, model, card, half=False)
    return card


QUICK = [("tf_efficientnet_lite0", "separable", ("centers", "foreground"))]
ALL = [
    pytest.param(encoder, decoder, outputs, marks=() if (encoder, decoder, outputs) in QUICK else pytest.mark.slow)
    for encoder in ENCODERS
    for decoder in DECODERS
    for outputs in [("foreground",), ("centers", "foreground")]
]


@pytest.mark.parametrize(("encoder", "decoder", "outputs"), ALL)
def test_every_network_comes_back_with_its_card(encoder, decoder, outputs, tmp_path):
    architecture = Architecture((12, 8, 8, 6), 64, encoder, decoder, outputs)
    card = write_checkpoint(tmp_path / "own.safetensors", architecture)
    assert run("export", tmp_path / "own.safetensors", tmp_path / "own.onnx") == 0
    assert run("import-weights", tmp_path / "own.onnx", "--output", tmp_path / "back.safetensors") == 0
    model, kept = load_checkpoint(tmp_path / "back.safetensors")
    assert kept == card
    assert model.architecture == architecture
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = load_checkpoint(tmp_path / "own.safetensors")[0].predict(images)
        assert (expected.amax((0, 2, 3)) - expected.amin((0, 2, 3))).min() > 1e-4
        torch.testing.assert_close(model.predict(images), expected, rtol=0, atol=1e-5)


def with_card(source: Path, path: Path, card: str) -> Path:
    model = onnx.load(source)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, {"card": card})
    onnx.save(model, path)
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda card: "{", "not JSON"),
        (lambda card: "[" * 100_000, "too deep|not JSON"),
        (lambda card: json.dumps({**card, "diameter": "24"}), "diameter is '24', expected a number of pixels"),
        (lambda card: json.dumps({**card, "licnse": "none"}), "'licnse', .*; did you mean 'license'"),
        (
            lambda card: json.dumps({**card, "architecture": {**card["architecture"], "encoder": "b7"}}),
            "encoder is 'b7', expected one of",
        ),
        (
            lambda card: json.dumps({**card, "architecture": {**card["architecture"], "input_size": 96}}),
            "sees squares of 64 pixels, expected 96, as its card says",
        ),
        (
            lambda card: json.dumps({**card, "architecture": {**card["architecture"], "decoder": "separable"}}),
            "EfficientCellSeg|convolutions, expected",
        ),
    ],
)
def test_a_card_that_does_not_fit_is_refused(exported, checkpoints, tmp_path, capsys, change, message):
    card = json.loads(json.dumps(asdict(read_card(checkpoints["segmentation"]))))
    path = with_card(exported, tmp_path / "other.onnx", change(card))
    assert run("import-weights", path, "--output", tmp_path / "out.safetensors") == 2
    assert re.search(rf"other\.onnx: .*({message})", capsys.readouterr().err)


def test_what_the_card_says_of_outputs_is_not_overruled(exported, tmp_path, capsys):
    assert run("import-weights", exported, "--output", tmp_path / "out.safetensors", "--predict", "centers") == 2
    assert "predicts foreground, which --predict centers cannot change" in capsys.readouterr().err


def test_a_network_of_others_has_no_card(exported, tmp_path):
    model = onnx.load(exported)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "ecs_tric.onnx")
    output = tmp_path / "out.safetensors"
    assert run("import-weights", tmp_path / "ecs_tric.onnx", "--output", output) == 0
    card = read_card(output)
    assert card.dataset == "Fluo-N3DL-TRIC"
    assert sha256_of(tmp_path / "ecs_tric.onnx") in card.training_data
    assert "ask its authors" in card.license


def test_a_network_of_others_predicts_what_it_is_said_to(exported, tmp_path):
    model = onnx.load(exported)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "network.onnx")
    output = tmp_path / "imported.safetensors"
    options = ("--dataset", "Fluo-C3DL-MDA231", "--predict", "centers")
    assert run("import-weights", tmp_path / "network.onnx", "--output", output, *options) == 0
    assert read_card(output).architecture.outputs == ("centers",)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("network.onnx", ("--dataset", "Fluo-N3DL-TRICK"), "unknown dataset 'Fluo-N3DL-TRICK'"),
        ("ecs_tric.onnx", (), r"ecs_tric\.onnx: no such file"),
        ("network.onnx", ("--adjacent-mean", "2"), "adjacent_mean is 2"),
    ],
)
def test_wrong_arguments_are_refused(exported, tmp_path, capsys, name, options, message):
    assert run("import-weights", exported.with_name(name), "--output", tmp_path / "out.safetensors", *options) == 2
    assert re.search(message, capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


def test_a_missing_checkpoint(tmp_path, capsys):
    assert run("export", tmp_path / "none.safetensors", tmp_path / "out.onnx") == 2
    assert "no such weights" in capsys.readouterr().err
