"""The training loop: it learns, goes on where it was killed, and says what went wrong."""

import copy
import csv
import pickle
import re
import subprocess
import sys
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ctc_submission.network.card import read_card
from ctc_submission.network.weights import load_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.engine import start_engine
from ctc_submission.training.loop import train
from ctc_submission.training.watching import Watch
from tests.training.conftest import SMALL

NO_PICTURES = Watch(pictures=0)
CHILD = """
import pickle, sys
from pathlib import Path
import torch
from safetensors.torch import load_file
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.training.engine import start_engine
from ctc_submission.training.loop import train
from ctc_submission.training.watching import Watch

torch.set_num_threads(1)
card, samples, hyperparameters, processes = pickle.loads(Path(sys.argv[1], "given.pickle").read_bytes())
model = EfficientCellSeg(card.architecture)
model.load_state_dict(load_file(Path(sys.argv[1], "model.safetensors")))
engine = start_engine(torch.device("cpu"), hyperparameters.precision, processes)
train(model, card, samples, Path(sys.argv[1]), hyperparameters, engine, Watch(pictures=0))
"""


@pytest.fixture(scope="module")
def uninterrupted(untrained, samples, card, hyperparameters, tmp_path_factory):
    """A training of three epochs: the network, the results and the folder."""
    model, folder = copy.deepcopy(untrained), tmp_path_factory.mktemp("uninterrupted")
    results = train(model, card, samples, folder, hyperparameters)
    return model, results, folder


def start_child(folder, model, given):
    """Start the same training in a process of its own."""
    save_file(model.state_dict(), folder / "model.safetensors")
    (folder / "given.pickle").write_bytes(pickle.dumps(given))
    (folder / "child.py").write_text(CHILD)
    return subprocess.Popen([sys.executable, folder / "child.py", folder], stderr=subprocess.PIPE)


def assert_same_tensors(path, other):
    tensors, others = load_file(path), load_file(other)
    assert tensors.keys() == others.keys()
    for name, tensor in tensors.items():
        assert torch.equal(tensor, others[name]), name


def test_every_epoch_has_a_result(uninterrupted):
    _, results, _ = uninterrupted
    assert [result.epoch for result in results] == [1, 2, 3]
    assert all(0 <= result.training_loss <= 1 for result in results)
    assert all(0 <= result.mean_iou <= 1 for result in results)
    assert all(result.seconds > 0 for result in results)
    assert {result.learning_rate for result in results} == {1e-3}


def test_training_changes_every_layer_and_lowers_the_loss(uninterrupted, untrained):
    model, results, _ = uninterrupted
    for (name, before), after in zip(untrained.named_parameters(), model.parameters(), strict=True):
        assert not torch.equal(before, after), name
    assert results[-1].training_loss < results[0].training_loss


def test_log_and_pictures_repeat_the_results(uninterrupted):
    _, results, folder = uninterrupted
    with (folder / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [{name: float(value) for name, value in row.items()} for row in rows] == [asdict(row) for row in results]
    assert sorted(path.name for path in (folder / "pictures").iterdir()) == [f"epoch_00{n}.png" for n in (1, 2, 3)]


def test_checkpoints_hold_the_averaged_network_of_the_last_and_the_best_epoch(uninterrupted, card):
    model, results, folder = uninterrupted
    loaded, found = load_checkpoint(folder / "last.safetensors")
    last = results[-1]
    assert found == replace(card, score=f"validation: loss {last.validation_loss:.4f}, MeanIoU {last.mean_iou:.4f}")
    state = load_file(folder / "state.safetensors")
    for name, tensor in loaded.state_dict().items():
        torch.testing.assert_close(state[f"average.module.{name}"], tensor, rtol=1e-3, atol=1e-4)
    assert not torch.allclose(loaded.head.weight, model.head.weight, rtol=1e-3)
    lowest = min(result.validation_loss for result in results)
    assert f"loss {lowest:.4f}" in read_card(folder / "best.safetensors").score


def test_it_says_at_its_start_how_long_it_will_take(untrained, samples, card, hyperparameters, tmp_path, caplog):
    caplog.set_level("INFO")
    for epochs, left in ((1, "1 epochs"), (2, "the other 1 of 2 epochs")):
        longer = replace(hyperparameters, batch_size=1, epochs=epochs)
        train(copy.deepcopy(untrained), card, ([*samples[0], *samples[0]], samples[1]), tmp_path, longer)
        first, last = caplog.messages
        assert re.match(rf"about \d+ s for {left} of 8 steps and 2 validation batches, at .* s a step on cpu", first)
        assert last.startswith(f"epoch {epochs} of {epochs}: ")
        caplog.clear()


def test_validation_takes_no_more_samples_than_stated(untrained, samples, card, hyperparameters, tmp_path, caplog):
    caplog.set_level("INFO")
    few, many = tmp_path / "few", tmp_path / "many"
    odd = Sample(255 - samples[1][0].image, samples[1][0].target)
    limited = replace(hyperparameters, epochs=1, validation_samples=2)
    lots = [samples[1][0], odd, odd, samples[1][1]]
    results = train(copy.deepcopy(untrained), card, (samples[0], lots), many, limited, watch=NO_PICTURES)
    assert results == train(copy.deepcopy(untrained), card, samples, few, limited, watch=NO_PICTURES)
    assert "validated on 2 of 4 samples, spread evenly, the same in every epoch" in caplog.messages
    assert read_card(many / "last.safetensors").score.startswith("validation (2 of 4 samples): loss ")
    assert read_card(few / "last.safetensors").score.startswith("validation: loss ")
    with pytest.raises(ValueError, match="samples differ"):
        train(copy.deepcopy(untrained), card, (samples[0], lots), many, replace(limited, validation_samples=3))


def test_average_has_seen_every_step(uninterrupted):
    _, _, folder = uninterrupted
    assert load_file(folder / "state.safetensors")["average.n_averaged"] == 6


def test_validation_numbers_are_those_of_the_averaged_network(uninterrupted, samples, untrained):
    _, results, folder = uninterrupted
    model, state = copy.deepcopy(untrained), load_file(folder / "state.safetensors")
    model.load_state_dict({name: state[f"average.module.{name}"] for name in model.state_dict()})
    images = torch.from_numpy(np.stack([sample.image for sample in samples[1]])).permute(0, 3, 1, 2) / 255
    targets = np.stack([sample.target for sample in samples[1]]).transpose(0, 3, 1, 2)
    with torch.inference_mode():
        predicted = model.eval().predict(images).numpy()
    overlap = (predicted * targets).sum()
    assert results[-1].validation_loss == pytest.approx(1 - 2 * overlap / (predicted.sum() + targets.sum()), abs=1e-5)
    hits = [((predicted > 0.5) == cell) & (targets == cell) for cell in (0, 1)]
    unions = [((predicted > 0.5) == cell) | (targets == cell) for cell in (0, 1)]
    shares = [hit.sum() / union.sum() for hit, union in zip(hits, unions, strict=True)]
    assert results[-1].mean_iou == pytest.approx(np.mean(shares), abs=1e-6)


def test_training_killed_while_it_saves_ends_the_same(
    uninterrupted, untrained, samples, card, hyperparameters, tmp_path
):
    expected, results, folder = uninterrupted
    child = start_child(tmp_path, untrained, (card, samples, hyperparameters, 1))
    while not ((tmp_path / "state.safetensors").exists() and (tmp_path / ".state.safetensors.part").exists()):
        assert child.poll() is None, child.stderr.read().decode()
        time.sleep(0.001)
    child.kill()
    child.communicate()
    model = copy.deepcopy(untrained)
    assert train(model, card, samples, tmp_path, hyperparameters, watch=NO_PICTURES) == results
    for name, tensor in expected.state_dict().items():
        assert torch.equal(model.state_dict()[name], tensor), name
    for name in ("best.safetensors", "last.safetensors"):
        assert read_card(tmp_path / name) == read_card(folder / name)
    for name in ("best.safetensors", "last.safetensors", "state.safetensors"):
        assert_same_tensors(tmp_path / name, folder / name)


def test_frozen_statistics_stay_those_of_the_start_while_weights_change(
    untrained, samples, card, hyperparameters, tmp_path
):
    model, frozen = copy.deepcopy(untrained), replace(hyperparameters, epochs=1, frozen_statistics=True)
    train(model, card, samples, tmp_path, frozen, watch=NO_PICTURES)
    averaged = load_checkpoint(tmp_path / "last.safetensors")[0].state_dict()
    norms = [name for name in averaged if name.endswith(("running_mean", "running_var"))]
    assert norms
    for name in norms:
        assert torch.equal(model.state_dict()[name], untrained.state_dict()[name]), name
        torch.testing.assert_close(averaged[name], untrained.state_dict()[name])
    for (name, before), after in zip(untrained.named_parameters(), model.parameters(), strict=True):
        assert not torch.equal(before, after), name  # those of batch norm too


def test_finished_training_is_not_run_again(uninterrupted, untrained, samples, card, hyperparameters):
    expected, results, folder = uninterrupted
    model = copy.deepcopy(untrained)
    assert train(model, card, samples, folder, replace(hyperparameters, stop_after=1), watch=NO_PICTURES) == results
    for name, tensor in expected.state_dict().items():
        assert torch.equal(model.state_dict()[name], tensor), name


def test_views_drawn_by_workers_are_the_same(uninterrupted, untrained, samples, card, hyperparameters, tmp_path):
    _, results, _ = uninterrupted
    engine = start_engine(torch.device("cpu"), "single", workers=1)
    short = replace(hyperparameters, epochs=1)
    assert train(copy.deepcopy(untrained), card, samples, tmp_path, short, engine, NO_PICTURES) == results[:1]


def test_other_hyperparameters_or_samples_are_refused(uninterrupted, untrained, samples, card, hyperparameters):
    _, _, folder = uninterrupted
    before = (folder / "state.safetensors").read_bytes()
    inverted = [replace(sample, target=1 - sample.target) for sample in samples[0]]
    given = (
        (samples, replace(hyperparameters, seed=1), "seed"),
        ((samples[0][:3], samples[1]), hyperparameters, "samples"),
        ((inverted, samples[1]), hyperparameters, "samples"),
    )
    for data, other, name in given:
        with pytest.raises(
            ValueError, match=f"by other hyperparameters or on other samples \\({name} differ\\): name another folder"
        ):
            train(copy.deepcopy(untrained), card, data, folder, other)
    assert (folder / "state.safetensors").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("architecture", replace(SMALL, outputs=("centers",))),
        ("architecture", replace(SMALL, filters=(8, 8, 8, 8))),
        ("pseudocolor", PseudocolorParameters(0.1)),
        ("diameter", 20.0),
    ],
)
def test_other_network_is_refused(uninterrupted, untrained, samples, card, hyperparameters, name, value):
    _, _, folder = uninterrupted
    with pytest.raises(ValueError, match=f"of another network \\({name} differ\\): name another folder"):
        train(untrained, replace(card, **{name: value}), samples, folder, hyperparameters)


def test_centers_are_trained_in_bfloat16(untrained, samples, card, hyperparameters, tmp_path):
    model = copy.deepcopy(untrained)
    short = replace(hyperparameters, epochs=1, samples_per_epoch=2, precision="bfloat16", ema=None)
    results = train(
        model,
        replace(card, architecture=replace(card.architecture, outputs=("centers",))),
        samples,
        tmp_path,
        short,
        watch=NO_PICTURES,
    )
    assert 0 < results[0].training_loss < 10
    loaded, found = load_checkpoint(tmp_path / "best.safetensors")
    assert found.architecture.outputs == ("centers",)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[name], tensor, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("empty", [0, 1])
def test_no_samples(untrained, samples, card, hyperparameters, tmp_path, empty):
    given = tuple([] if index == empty else part for index, part in enumerate(samples))
    with pytest.raises(ValueError, match="training and .* validation samples, expected some of both"):
        train(untrained, card, given, tmp_path, hyperparameters)


@pytest.mark.parametrize("odd", [Sample(np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64, 1), np.uint8))])
def test_samples_of_two_sizes(untrained, samples, card, hyperparameters, tmp_path, odd):
    with pytest.raises(ValueError, match=r"\(32, 32, 3\), \(64, 64, 3\).* expected images and targets of one size"):
        train(untrained, card, (samples[0], [*samples[1], odd]), tmp_path, hyperparameters)


def test_loss_that_is_not_finite(untrained, samples, card, hyperparameters, tmp_path):
    model = copy.deepcopy(untrained)
    model.head.bias.data[:] = torch.nan
    with pytest.raises(ValueError, match="the loss became nan in epoch 1, step 1: lower the learning rate, or compute"):
        train(model, card, samples, tmp_path, hyperparameters)
    assert not list(tmp_path.iterdir())


def test_absurd_rate_that_only_validation_notices(untrained, samples, card, hyperparameters, tmp_path):
    absurd = replace(hyperparameters, learning_rate=1e30, samples_per_epoch=2)
    with pytest.raises(ValueError, match="the loss became nan in the validation of epoch 1: lower the learning rate"):
        train(copy.deepcopy(untrained), card, samples, tmp_path, absurd)


@pytest.mark.slow
def test_two_processes_train_one_network(untrained, samples, card, hyperparameters, tmp_path):
    child = start_child(tmp_path, untrained, (card, samples, replace(hyperparameters, epochs=2, batch_size=4), 2))
    complaints = child.communicate()[1].decode()
    assert child.returncode == 0, complaints
    state = load_file(tmp_path / "state.safetensors")
    assert state["average.n_averaged"] == 2
    assert not torch.equal(state["model.head.weight"], untrained.head.weight)


@pytest.mark.slow
def test_discs_are_learned(untrained, card, hyperparameters, tmp_path):
    from_seed = [_disc(seed) for seed in range(24)]
    longer = replace(hyperparameters, epochs=15, batch_size=4)
    results = train(copy.deepcopy(untrained), card, (from_seed[:20], from_seed[20:]), tmp_path, longer)
    assert max(result.mean_iou for result in results) > 0.9


def _disc(seed):
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32]
    middle = generator.integers(8, 24, 2)
    target = ((y - middle[0]) ** 2 + (x - middle[1]) ** 2 < 40).astype(np.uint8)
    gray = (60 + 140 * target + generator.integers(0, 20, target.shape)).astype(np.uint8)
    return Sample(np.repeat(gray[..., np.newaxis], 3, axis=-1), target[..., np.newaxis])
