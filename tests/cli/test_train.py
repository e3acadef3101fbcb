import re
from pathlib import Path

import pytest

from ctc_submission.cli import main
from ctc_submission.network.weights import load_checkpoint, read_card
from ctc_submission.simulation.sequence import simulate_sequence

A549 = "Fluo-C3DH-A549-SIM"
QUICK = ("--epochs", "1", "--samples-per-epoch", "2", "--batch-size", "2", "--crop", "64", "--device", "cpu")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data") / A549
    for sequence in ("01", "02"):
        simulate_sequence(folder, A549, frames=1, seed=1, sequence=sequence, scale=0.2)
    return folder


def train(*arguments: object) -> int:
    return main([str(argument) for argument in ("train", *arguments, *QUICK)])


def test_simulate_train_segment_and_score(dataset, tmp_path, capsys):
    assert train(dataset, "--dataset", A549, "--output", tmp_path / "run") == 0
    printed = capsys.readouterr().out
    assert re.search(r"best epoch 1: validation loss \d\.\d+, MeanIoU \d\.\d+", printed)
    best = tmp_path / "run" / "best.safetensors"
    card = read_card(best)
    assert (card.dataset, card.task, card.training_data) == (A549, "segmentation", A549)
    assert "MeanIoU" in card.score
    command = ("segment", dataset / "01", tmp_path / "01_RES", "--dataset", A549, "--segmentation-model", best)
    assert main([str(argument) for argument in command]) == 0
    assert main(["evaluate", str(dataset), "01", "--results", str(tmp_path / "01_RES")]) == 0
    assert "SEG" in capsys.readouterr().out


def test_a_training_starts_from_a_checkpoint(dataset, tmp_path, checkpoints):
    options = ("--dataset", "mine", "--task", "centres", "--training-data", "my cells", "--learning-rate", "1e-9")
    start = checkpoints["segmentation"]
    assert train(dataset, *options, "--start-from", start, "--output", tmp_path / "run") == 0
    trained, card = load_checkpoint(tmp_path / "run" / "last.safetensors")
    before = load_checkpoint(start)[0]
    assert (card.task, card.training_data) == ("centres", "my cells")
    assert card.architecture == before.architecture
    for (name, value), other in zip(trained.named_parameters(), before.parameters(), strict=True):
        assert value.allclose(other, atol=1e-3), name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--sequences", "03"), "03"),
        (("--encoder-weights", "none.safetensors"), r"none\.safetensors: no such"),
        (("--start-from", "none.safetensors"), r"none\.safetensors: no such weights"),
        (("--decoder", "0", "48", "32", "16"), "decoder is"),
        (("--zoom", "2", "1"), "zoom is 2"),
        (("--adjacent-mean", "2"), "adjacent_mean is 2"),
    ],
)
def test_wrong_arguments_are_refused(dataset, tmp_path, capsys, options, message):
    assert train(dataset, "--dataset", A549, "--output", tmp_path / "run", *options) == 2
    assert re.search(message, capsys.readouterr().err)
