"""Checkpoints: what is written is read again, and everything else is one clear error."""

import copy
import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import ctc_submission
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard, count_stored_parameters, read_card, sha256_of
from ctc_submission.network.efficientcellseg import EfficientCellSeg, count_parameters
from ctc_submission.network.weights import load_checkpoint, save_checkpoint, start_from_network
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters

CARD = ModelCard(
    dataset="Fluo-N3DL-TRIC",
    training_data="simulated µ-world",
    date="2026-01-31",
    score="MeanIoU 0.9",
    license="CC0-1.0",
    architecture=Architecture(input_size=64, outputs=("centers",)),
    pseudocolor=PseudocolorParameters(0.05, "image"),
    tiles=6,
)
FORMAT = "ctc-submission checkpoint 2"


@pytest.fixture(scope="module")
def model(published):
    """The published network: its layers and weights are what is tested."""
    return published


@pytest.fixture(scope="module")
def checkpoint(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "model.safetensors"
    save_checkpoint(path, model, CARD)
    return path


def test_single_precision_round_trip_is_exact(model, tmp_path):
    path = tmp_path / "model.safetensors"
    save_checkpoint(path, model, CARD, half=False)
    loaded, card = load_checkpoint(path)
    assert card == CARD
    given = loaded.state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(given[name], tensor), name


def test_half_precision_round_trip(model, checkpoint):
    loaded, card = load_checkpoint(checkpoint)
    assert card == CARD
    assert not loaded.training
    assert checkpoint.stat().st_size < 14e6
    given = loaded.state_dict()
    for name, tensor in model.state_dict().items():
        assert given[name].dtype == tensor.dtype, name
        is_statistic = name.endswith(("running_mean", "running_var", "input_mean", "input_std"))
        assert torch.equal(given[name], tensor if is_statistic else tensor.half().to(tensor.dtype)), name


def test_variances_beyond_half_precision_are_kept(model, tmp_path):
    wide = copy.deepcopy(model)
    wide.decoder[0].layers[1].running_var.fill_(1e6)
    save_checkpoint(tmp_path / "wide.safetensors", wide, CARD)
    loaded, _ = load_checkpoint(tmp_path / "wide.safetensors")
    assert loaded.decoder[0].layers[1].running_var.unique().tolist() == [1e6]


def test_prediction_survives_half_precision(model, checkpoint):
    loaded, _ = load_checkpoint(checkpoint)
    image = torch.rand(1, 3, 50, 60, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(loaded.predict(image), model.predict(image), rtol=0, atol=2e-3)


def test_input_normalization_is_in_the_checkpoint(model, tmp_path):
    keras = copy.deepcopy(model)
    keras.input_mean[:] = torch.tensor([0.25, 0.5, 0.75]).view(1, 3, 1, 1)
    keras.input_std[:] = 2.0
    save_checkpoint(tmp_path / "keras.safetensors", keras, CARD)
    loaded, _ = load_checkpoint(tmp_path / "keras.safetensors")
    assert loaded.input_mean.flatten().tolist() == [0.25, 0.5, 0.75]
    assert loaded.input_std.flatten().tolist() == [2, 2, 2]


def test_card_is_read_without_tensors(checkpoint):
    assert read_card(checkpoint) == CARD


def test_diameter_is_in_the_card_and_older_cards_have_none(model, tmp_path):
    path = tmp_path / "model.safetensors"
    save_checkpoint(path, model, replace(CARD, diameter=24.5))
    assert read_card(path).diameter == 24.5
    older = {name: value for name, value in asdict(CARD).items() if name != "diameter"}
    save_file(load_file(path), path, {"format": FORMAT, "card": json.dumps(older)})
    assert read_card(path) == CARD


@pytest.mark.parametrize("diameter", [0, -3.0])
def test_impossible_diameter_is_refused(diameter):
    with pytest.raises(ValueError, match=f"diameter is {diameter}, expected a number of pixels above 0"):
        replace(CARD, diameter=diameter)


def test_card_of_another_decoder_builds_that_decoder(tmp_path, model):
    architecture = Architecture((8, 8, 8, 8), 32)
    small = type(model)(architecture)
    save_checkpoint(tmp_path / "small.safetensors", small, replace(CARD, architecture=architecture))
    loaded, card = load_checkpoint(tmp_path / "small.safetensors")
    assert loaded.architecture == card.architecture == architecture


def test_value_beyond_half_precision_is_refused_and_the_old_file_kept(model, tmp_path, assert_one_line):
    path = tmp_path / "model.safetensors"
    path.write_text("old")
    large = copy.deepcopy(model)
    large.head.bias.data[:] = 1e5
    with pytest.raises(ValueError, match="save in single precision") as caught:
        save_checkpoint(path, large, CARD)
    assert_one_line(caught, "head.bias", "65504")
    assert path.read_text() == "old"
    save_checkpoint(path, large, CARD, half=False)
    assert load_checkpoint(path)[0].head.bias.item() == 1e5


@pytest.mark.parametrize("read", [load_checkpoint, read_card])
def test_missing_file(read, tmp_path, assert_one_line):
    with pytest.raises(FileNotFoundError, match="no such weights") as caught:
        read(tmp_path / "none.safetensors")
    assert_one_line(caught, tmp_path / "none.safetensors", "models/README.md")


@pytest.mark.parametrize("length", [0, 5, 100, 50_000, -1])
def test_truncated_file(checkpoint, tmp_path, length, assert_one_line):
    path = tmp_path / "cut.safetensors"
    path.write_bytes(checkpoint.read_bytes()[:length])
    with pytest.raises(ValueError, match="not a readable safetensors file") as caught:
        load_checkpoint(path)
    assert_one_line(caught, path)


def test_pickle_is_not_read(model, tmp_path, assert_one_line):
    path = tmp_path / "model.safetensors"
    torch.save({"head.bias": model.head.bias}, path)
    with pytest.raises(ValueError, match="not a readable safetensors file") as caught:
        load_checkpoint(path)
    assert_one_line(caught, path)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, {"format": "a checkpoint"}])
def test_safetensors_of_another_format(tmp_path, metadata, assert_one_line):
    path = tmp_path / "other.safetensors"
    save_file({"weight": torch.zeros(1)}, path, metadata)
    with pytest.raises(ValueError, match="not a checkpoint that this version reads") as caught:
        read_card(path)
    assert_one_line(caught, path, FORMAT)


@pytest.mark.parametrize(
    "card",
    [
        None,
        "{",
        "{}",
        json.dumps({**asdict(CARD), "architecture": {"encoder": "resnet"}}),
        json.dumps({**asdict(CARD), "architecture": {"outputs": ["tracks"]}}),
        json.dumps({**asdict(CARD), "architecture": {"width": 2}}),
        json.dumps({**asdict(CARD), "tiles": 4}),
        json.dumps({**asdict(CARD), "pseudocolor": {"share": 1}}),
        json.dumps({**asdict(CARD), "architecture": {"filters": [1], "input_size": 64}}),
        json.dumps({name: value for name, value in asdict(CARD).items() if name != "license"}),
    ],
)
def test_damaged_card(tmp_path, card, assert_one_line):
    path = tmp_path / "damaged.safetensors"
    metadata = {"format": FORMAT} | ({"card": card} if card is not None else {})
    save_file({"weight": torch.zeros(1)}, path, metadata)
    with pytest.raises(ValueError, match="its card cannot be read") as caught:
        read_card(path)
    assert_one_line(caught, path)


def test_card_without_tiles_does_not_say(tmp_path):
    card = json.dumps({name: value for name, value in asdict(CARD).items() if name != "tiles"})
    save_file({"weight": torch.zeros(1)}, tmp_path / "older.safetensors", {"format": FORMAT, "card": card})
    assert read_card(tmp_path / "older.safetensors") == replace(CARD, tiles=None)


@pytest.mark.parametrize("change", ["missing", "shape", "extra"])
def test_tensors_that_do_not_fit(checkpoint, tmp_path, change, assert_one_line):
    tensors = load_file(checkpoint)
    if change == "missing":
        del tensors["head.weight"]
    if change == "shape":
        tensors["head.weight"] = tensors["head.weight"][:, :8].clone()
    if change == "extra":
        tensors["head.weight2"] = torch.zeros(1)
    path = tmp_path / "misfit.safetensors"
    with safe_open(checkpoint, framework="pt") as file:
        save_file(tensors, path, file.metadata())
    with pytest.raises(ValueError, match="1 tensors do not fit the network") as caught:
        load_checkpoint(path)
    assert_one_line(caught, path, "head.weight")


@pytest.mark.parametrize(
    ("task", "output"), [("segmentation", "foreground"), ("centers", "centers"), ("centres", "centers")]
)
def test_a_checkpoint_of_before_loads_unchanged(model, tmp_path, task, output):
    path = tmp_path / "before.safetensors"
    save_checkpoint(path, model, CARD, half=False)
    card = {
        **asdict(CARD),
        "task": task,
        "licence": "CC0-1.0",
        "architecture": {"decoder": [64, 48, 32, 16], "input_size": 64},
    }
    del card["license"]
    save_file(load_file(path), path, {"format": "ctc-submission checkpoint 1", "card": json.dumps(card)})
    loaded, found = load_checkpoint(path)
    assert found == replace(CARD, architecture=Architecture(input_size=64, outputs=(output,)))
    given = loaded.state_dict()
    assert all(torch.equal(given[name], tensor) for name, tensor in model.state_dict().items())


def test_a_checkpoint_of_a_later_version_says_so(tmp_path, assert_one_line):
    path = tmp_path / "later.safetensors"
    save_file({"weight": torch.zeros(1)}, path, {"format": "ctc-submission checkpoint 3"})
    with pytest.raises(ValueError, match="update this tool") as caught:
        read_card(path)
    assert_one_line(caught, path, "checkpoint 3")


def test_a_network_that_this_version_does_not_know_is_named(tmp_path, assert_one_line):
    path = tmp_path / "later.safetensors"
    card = json.dumps({**asdict(CARD), "architecture": {"encoder": "tf_efficientnet_lite9"}})
    save_file({"weight": torch.zeros(1)}, path, {"format": FORMAT, "card": card})
    with pytest.raises(ValueError, match="tf_efficientnet_lite9") as caught:
        read_card(path)
    assert_one_line(caught, path, "tf_efficientnet_b5, tf_efficientnet_lite0")


@pytest.mark.parametrize("decoder", ["full", "separable"])
@pytest.mark.parametrize("encoder", ["tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2"])
def test_every_network_of_the_registry_is_read_as_written(tmp_path, encoder, decoder):
    architecture = Architecture(input_size=64, encoder=encoder, decoder=decoder, outputs=("foreground", "centers"))
    written = EfficientCellSeg(architecture).eval()
    path = tmp_path / "model.safetensors"
    save_checkpoint(path, written, replace(CARD, architecture=architecture), half=False)
    read, card = load_checkpoint(path)
    image = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert card.architecture == architecture
    with torch.inference_mode():
        assert torch.equal(read.predict(image), written.predict(image))


def test_parameters_are_counted_without_tensors(model, checkpoint):
    assert count_stored_parameters(checkpoint) == count_parameters(model) == 6_697_817


def test_a_network_starts_from_one_with_other_outputs(model):
    torch.manual_seed(1)
    both = EfficientCellSeg(replace(model.architecture, outputs=("centers", "foreground")))
    before = both.head.weight[0].clone()
    start_from_network(both, model)
    assert torch.equal(both.head.weight[1], model.head.weight[0])
    assert torch.equal(both.head.weight[0], before)
    assert torch.equal(both.encoder.conv_stem.weight, model.encoder.conv_stem.weight)


def test_impossible_tiles_are_refused():
    with pytest.raises(ValueError, match=r"tiles is 4, expected 1 \(whole slices\), 6"):
        replace(CARD, tiles=4)


def test_hash_is_sha256(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_nothing_is_pickled():
    forbidden = re.compile(
        r"import pickle|pickle\.|torch\.load\((?!.*weights_only=True)|torch\.save\(|joblib|dill|shelve|marshal"
    )
    for path in Path(ctc_submission.__file__).parent.rglob("*.py"):
        code = [line for line in path.read_text().splitlines() if forbidden.search(line)]
        assert [line for line in code if "never pickle" not in line and "without pickle" not in line] == [], path
