"""``ctc-submission train``: from annotated sequences to a checkpoint that segments."""

import re
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import read_frame, write_frame, write_mask
from ctc_submission.cli import main
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import read_card
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.weights import load_checkpoint
from ctc_submission.simulation.simulate import simulate_sequence

TRIC = "Fluo-N3DL-TRIC"
SMALL = ("--batch-size", "2", "--device", "cpu", "--precision", "single", "--pictures", "0")
LITE = ("--encoder", "tf_efficientnet_lite0", "--decoder", "separable", "--input-size", "32")
NEW = (*LITE, "--random-start")
TWO_SAMPLES = ("--epochs", "1", "--samples-per-epoch", "2", "--learning-rate", "1e-9")


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    """No model hub, and nothing kept of it: what fetches weights fails."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    """Two sequences of two frames with two cells."""
    folder = tmp_path_factory.mktemp("data") / "mine"
    for sequence in ("01", "02"):
        (folder / sequence).mkdir(parents=True)
        (folder / f"{sequence}_GT" / "SEG").mkdir(parents=True)
        for number in range(2):
            labels = np.zeros((2, 40, 48), np.uint16)
            labels[:, 5 + number : 18, 5:18], labels[:, 20:34, 24:40] = 1, 2
            noise = np.random.default_rng(number).integers(0, 30, labels.shape)
            write_frame(folder / sequence / f"t{number:03d}.tif", (20 + 150 * (labels > 0) + noise).astype(np.uint8))
            write_mask(folder / f"{sequence}_GT" / "SEG" / f"man_seg{number:03d}.tif", labels, ndim=3)
    return folder


def train(*arguments: object) -> int:
    return main([str(argument) for argument in ("train", *SMALL, *arguments)])


def test_training_goes_on_and_says_what_came_of_it(dataset, tmp_path, capsys, caplog):
    options = (
        "--dataset",
        "mine",
        "--output",
        tmp_path / "run",
        "--diameter",
        "16",
        "--gap",
        "--coloring",
        "intensity",
    )
    more = (
        "--ema",
        "0.9",
        "--schedule",
        "plateau",
        "--stop-after",
        "5",
        "--workers",
        "0",
        "--cache",
        tmp_path / "cache",
    )
    caplog.set_level("INFO")
    for epochs in (1, 2):
        assert train(dataset, *NEW, *options, *more, "--epochs", epochs) == 0
    assert re.search(r"best epoch \d: validation loss \d\.\d+, MeanIoU \d\.\d+", capsys.readouterr().out)
    assert sum("epoch 1 of" in line for line in caplog.messages) == 1
    assert caplog.messages[-1].startswith("epoch 2 of 2: training loss")
    card = read_card(tmp_path / "run" / "best.safetensors")
    assert (card.dataset, card.training_data, card.diameter) == ("mine", "mine", 16)
    assert card.architecture == Architecture(input_size=32, encoder="tf_efficientnet_lite0", decoder="separable")
    assert (card.pseudocolor.coloring, card.tiles) == ("intensity", None)
    assert "MeanIoU" in card.score
    assert len((tmp_path / "run" / "log.csv").read_text().splitlines()) == 1 + 2
    assert len(list((tmp_path / "cache").glob("mine-0?-*-images.npy"))) == 2


def test_a_training_starts_from_a_checkpoint(dataset, tmp_path, checkpoints):
    options = (
        "--dataset",
        "mine",
        "--predict",
        "centers",
        "--training-data",
        "my cells",
        "--learning-rate",
        "1e-9",
        "--seed",
        "1",
    )
    split = ("--sequences", "01", "02", "--validation-fraction", "0.5", "--epochs", "1", "--samples-per-epoch", "2")
    start = checkpoints["segmentation"]
    assert train(dataset, *options, *split, "--start-from", start, "--output", tmp_path / "run") == 0
    trained, card = load_checkpoint(tmp_path / "run" / "last.safetensors")
    before = load_checkpoint(start)[0]
    assert (card.training_data, card.tiles) == ("my cells", 1)
    assert card.architecture == replace(before.architecture, outputs=("centers",))
    for (name, value), other in zip(trained.named_parameters(), before.named_parameters(), strict=True):
        assert value.allclose(other[1], atol=1e-3) != name.startswith("head"), name  # no head for centers was given


def test_two_outputs_are_trained_together_and_either_can_be_taken_up_alone(dataset, tmp_path):
    options = ("--dataset", "mine", "--center-radius", "2", "--epochs", "1", "--samples-per-epoch", "4")
    both, centers = tmp_path / "both", tmp_path / "centers"
    assert train(dataset, *NEW, *options, "--predict", "foreground", "centers", "--output", both) == 0
    trained, card = load_checkpoint(both / "last.safetensors")
    assert card.architecture.outputs == ("foreground", "centers")
    torch.manual_seed(0)
    untrained = EfficientCellSeg(card.architecture)
    for name, value in trained.named_parameters():
        assert not torch.equal(value, untrained.get_parameter(name)), name
    assert (trained.head.weight != untrained.head.weight).flatten(1).any(dim=1).tolist() == [True, True]
    start = ("--start-from", both / "last.safetensors", "--predict", "centers", "--learning-rate", "1e-9")
    assert train(dataset, *options, *start, "--output", centers) == 0
    alone = load_checkpoint(centers / "last.safetensors")[0]
    assert alone.architecture == replace(card.architecture, outputs=("centers",))
    torch.testing.assert_close(alone.head.weight, trained.head.weight[1:], rtol=0, atol=1e-4)
    again = ("--start-from", both / "last.safetensors", "--learning-rate", "1e-9")
    assert train(dataset, *options, *again, "--output", tmp_path / "again") == 0
    assert read_card(tmp_path / "again" / "last.safetensors").architecture == card.architecture


def test_a_network_that_predicts_both_segments_with_centers_by_itself(dataset, tmp_path):
    training = ("--predict", "foreground", "centers", *TWO_SAMPLES)
    assert train(dataset, *NEW, *training, "--dataset", "mine", "--output", tmp_path / "run") == 0
    own = tmp_path / "run" / "own.toml"
    own.write_text(
        "segmentation_model = 'best.safetensors'\n[labeling]\nmethod = 'centers'\nspacing = [1.0, 1.0, 1.0]\n"
    )
    assert main(["segment", str(dataset / "01"), str(tmp_path / "01_RES"), "--config", str(own)]) == 0
    assert read_frame(tmp_path / "01_RES" / "mask001.tif").shape == (2, 40, 48)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--sequences", "03"), "03"),
        (("--truth", "ST"), "there is no folder 01_ST"),
        (("--validation", "01"), "01 is to be trained on and validated on"),
        (("--validation-fraction", "2"), "the validation fraction is 2"),
        (("--encoder-weights", "none.safetensors"), r"none\.safetensors: no such"),
        (("--start-from", "none.safetensors"), r"none\.safetensors: no such weights"),
        (("--filters", "0", "48", "32", "16"), "filters is"),
        (("--zoom", "2", "1"), "zoom is 2"),
        (("--adjacent-mean", "2"), "adjacent_mean is 2"),
        (("--ema", "2"), "ema is 2"),
        (("--diameter", "-4"), "diameter is -4"),
        (("--three-view",), "three_view is True without a diameter.*--diameter"),
        (("--three-view", "--tiles", "6"), "three_view is True without a diameter"),
        (("--gpus", "0", "--random-start"), "0 devices"),
    ],
)
def test_wrong_arguments_are_refused(dataset, tmp_path, capsys, options, message):
    assert train(dataset, "--dataset", "mine", "--output", tmp_path / "run", *TWO_SAMPLES, *options) == 2
    assert re.search(message, capsys.readouterr().err)
    assert not (tmp_path / "run").exists()


def test_without_imagenet_weights_to_fetch_the_ways_out_are_named_at_once(dataset, tmp_path, capsys):
    options = ("--dataset", "mine", "--output", tmp_path / "run", "--cache", tmp_path / "cache")
    assert train(dataset, *TWO_SAMPLES, *options) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("ctc-submission: timm cannot fetch the ImageNet weights of tf_efficientnet_b5")
    for option in ("--encoder-weights FILE", "--start-from FILE", "--random-start"):
        assert option in shown
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("named", [(), ("--encoder-weights", "b5.safetensors")])
def test_the_encoder_starts_from_imagenet_if_no_other_start_is_named(dataset, tmp_path, monkeypatch, named):
    asked = []

    def start(encoder, name, weights):
        asked.append((name, weights))
        torch.nn.init.constant_(encoder.conv_stem.weight, 0.125)

    monkeypatch.setattr("ctc_submission.cli.train.start_from_imagenet", start)
    options = ("--dataset", "mine", *LITE, *TWO_SAMPLES, "--output", tmp_path / "run")
    assert train(dataset, *options, *named) == 0
    assert asked == [("tf_efficientnet_lite0", Path(named[1]) if named else None)]
    trained = load_checkpoint(tmp_path / "run" / "last.safetensors")[0]
    assert trained.encoder.conv_stem.weight.allclose(torch.tensor(0.125), atol=1e-4)


@pytest.mark.parametrize("named", [(), ("--encoder-weights", "gone.safetensors")])
def test_a_training_that_goes_on_needs_no_weights_to_start_from(dataset, tmp_path, caplog, named):
    options = ("--dataset", "mine", *LITE, "--samples-per-epoch", "2", "--output", tmp_path / "run")
    assert train(dataset, *options, "--random-start", "--epochs", "1") == 0
    assert train(dataset, *options, *named, "--epochs", "2") == 0
    assert caplog.messages[-1].startswith("epoch 2 of 2: training loss")


@pytest.mark.parametrize(
    "starts",
    [
        ("--random-start", "--encoder-weights", "b5.safetensors"),
        ("--random-start", "--start-from", "best.safetensors"),
        ("--encoder-weights", "b5.safetensors", "--start-from", "best.safetensors"),
    ],
)
def test_one_start_at_a_time(dataset, tmp_path, capsys, starts):
    with pytest.raises(SystemExit) as stop:
        train(dataset, "--dataset", "mine", "--output", tmp_path / "run", *starts)
    assert stop.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--input-size", "64"), "--input-size"),
        (("--filters", "64", "48", "32", "16"), "--filters"),
        (("--encoder", "tf_efficientnet_lite1", "--decoder", "full"), "--encoder and --decoder"),
        (("--input-size", "32", "--filters", "8", "8", "8", "8"), "--input-size and --filters"),
    ],
)
def test_options_of_the_network_beside_a_checkpoint_are_refused(dataset, tmp_path, capsys, checkpoints, options, named):
    start = checkpoints["segmentation"]
    command = ("--dataset", "mine", "--output", tmp_path / "run", "--start-from", start)
    assert train(dataset, *TWO_SAMPLES, *command, *options) == 2
    shown = capsys.readouterr().err
    assert shown.startswith(f"ctc-submission: {named} beside --start-from {start}")
    assert f"leave {named} out" in shown
    assert not (tmp_path / "run").exists()


def test_simulate_train_segment_and_score(tmp_path, capsys):
    folder = tmp_path / TRIC
    for sequence in ("01", "02"):
        simulate_sequence(folder, TRIC, frames=1, seed=int(sequence), sequence=sequence, scale=0.05)
    training = ("--dataset", TRIC, "--tiles", "6", "--epochs", "1", "--samples-per-epoch", "4")
    assert train(folder, *NEW, *training, "--output", tmp_path / "run") == 0
    best = tmp_path / "run" / "best.safetensors"
    command = ("segment", folder / "02", tmp_path / "02_RES", "--dataset", TRIC, "--segmentation-model", best)
    assert main([str(argument) for argument in (*command, "--tiles", "1")]) == 2
    assert "best.safetensors: trained on six square patches" in capsys.readouterr().err
    assert main([str(argument) for argument in command]) == 0
    assert main(["evaluate", str(folder), "02", "--results", str(tmp_path / "02_RES")]) == 0
    assert "SEG" in capsys.readouterr().out


@pytest.mark.slow
def test_network_trained_for_minutes_finds_most_cells(tmp_path, capsys):
    folder = tmp_path / TRIC
    for sequence, frames in (("01", 3), ("02", 1)):
        simulate_sequence(folder, TRIC, frames=frames, seed=int(sequence), sequence=sequence, scale=0.1)
    training = ("--dataset", TRIC, "--epochs", "12", "--ema", "0.9", "--output", tmp_path / "run", "--diameter", "16")
    assert train(folder, *training, "--random-start", "--input-size", "96") == 0
    best = tmp_path / "run" / "best.safetensors"
    command = ("segment", folder / "02", tmp_path / "02_RES", "--dataset", TRIC, "--segmentation-model", best)
    assert main([str(argument) for argument in command]) == 0
    assert main(["evaluate", str(folder), "02", "--results", str(tmp_path / "02_RES")]) == 0
    score = float(re.search(rf"{TRIC}\s+02\s+(\d\.\d+)", capsys.readouterr().out)[1])
    assert score > 0.4
