"""The training loop: it learns, goes on where it was interrupted, and says what went wrong."""

import copy
import csv
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ctc_submission.network.model import Architecture
from ctc_submission.network.weights import ModelCard, load_checkpoint, read_card
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.loop import TrainingParameters, train
from ctc_submission.training.samples import Sample

CARD = ModelCard("Fluo-N3DL-TRIC", "segmentation", "discs", "2026-01-31", "", "CC0-1.0", Architecture(input_size=64))
RECIPE = TrainingParameters(
    epochs=3,
    batch_size=2,
    learning_rate=1e-3,
    mixed_precision=False,
    augmentation=AugmentationParameters(crop=64),
)


class Interrupted(Sequence):
    """Samples whose user presses Ctrl-C when the so-many-th is asked for."""

    def __init__(self, samples, after):
        self.samples = samples
        self.left = after

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return self.samples[index]


class Recorded(list):
    """Samples that note which of them are asked for: each twice, for its image and its target."""

    def __init__(self, samples):
        super().__init__(samples)
        self.asked = []

    def __getitem__(self, index):
        self.asked.append(int(index))
        return super().__getitem__(index)


@pytest.fixture(scope="module")
def samples(discs):
    return discs[:4], discs[4:]


@pytest.fixture(scope="module")
def uninterrupted(untrained, samples, tmp_path_factory):
    """A training of three epochs: the network, the results and the folder."""
    model, folder = copy.deepcopy(untrained), tmp_path_factory.mktemp("uninterrupted")
    results = train(model, CARD, samples, folder, RECIPE)
    return model, results, folder


def assert_same_tensors(path, other):
    tensors, others = load_file(path), load_file(other)
    assert tensors.keys() == others.keys()
    for name, tensor in tensors.items():
        assert torch.equal(tensor, others[name]), name


def assert_same_network(model, other):
    others = other.state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, others[name]), name


def test_every_epoch_has_a_result(uninterrupted):
    _, results, _ = uninterrupted
    assert [result.epoch for result in results] == [1, 2, 3]
    assert all(0 <= result.training_loss <= 1 for result in results)
    assert all(0 <= result.mean_iou <= 1 for result in results)
    assert {result.learning_rate for result in results} == {1e-3}


def test_training_changes_every_layer_and_lowers_the_loss(uninterrupted, untrained):
    model, results, _ = uninterrupted
    for (name, before), after in zip(untrained.named_parameters(), model.parameters(), strict=True):
        assert not torch.equal(before, after), name
    assert results[-1].training_loss < results[0].training_loss


def test_log_repeats_the_results(uninterrupted):
    _, results, folder = uninterrupted
    with (folder / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [{name: float(value) for name, value in row.items()} for row in rows] == [asdict(row) for row in results]


def test_last_checkpoint_is_the_network_after_the_last_epoch(uninterrupted):
    model, results, folder = uninterrupted
    loaded, card = load_checkpoint(folder / "last.safetensors")
    assert card == replace(
        CARD, score=f"validation: loss {results[-1].validation_loss:.4f}, MeanIoU {results[-1].mean_iou:.4f}"
    )
    given = loaded.state_dict()
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(given[name], tensor, rtol=1e-3, atol=1e-4)


def test_best_checkpoint_is_of_the_lowest_validation_loss(uninterrupted):
    _, results, folder = uninterrupted
    lowest = min(result.validation_loss for result in results)
    assert f"loss {lowest:.4f}" in read_card(folder / "best.safetensors").score


def test_validation_numbers_are_those_of_the_network(uninterrupted, samples):
    model, results, _ = uninterrupted
    images = torch.from_numpy(np.stack([sample.image for sample in samples[1]])).permute(0, 3, 1, 2) / 255
    targets = np.stack([sample.target for sample in samples[1]])
    with torch.inference_mode():
        predicted = model.eval().predict(images).numpy()
    overlap = (predicted * targets).sum()
    assert results[-1].validation_loss == pytest.approx(1 - 2 * overlap / (predicted.sum() + targets.sum()), abs=1e-5)
    hits = [((predicted > 0.5) == cell) & (targets == cell) for cell in (0, 1)]
    unions = [((predicted > 0.5) == cell) | (targets == cell) for cell in (0, 1)]
    shares = [hit.sum() / union.sum() for hit, union in zip(hits, unions, strict=True)]
    assert results[-1].mean_iou == pytest.approx(np.mean(shares), abs=1e-9)


def test_class_that_nobody_sees_counts_as_found(untrained, samples, tmp_path):
    model = copy.deepcopy(untrained)
    model.head.bias.data[:] = -1e4
    empty = [replace(sample, target=np.zeros_like(sample.target)) for sample in samples[1]]
    recipe = replace(RECIPE, epochs=1, learning_rate=1e-9, samples_per_epoch=1)
    assert train(model, CARD, (samples[0], empty), tmp_path, recipe)[0].mean_iou == 1


def test_resumed_training_ends_like_an_uninterrupted_one(uninterrupted, untrained, samples, tmp_path):
    expected, results, folder = uninterrupted
    begun = train(copy.deepcopy(untrained), CARD, samples, tmp_path, replace(RECIPE, epochs=2))
    assert begun == results[:2]
    model = copy.deepcopy(untrained)
    assert train(model, CARD, samples, tmp_path, RECIPE) == results
    assert_same_network(model, expected)
    assert (tmp_path / "log.csv").read_bytes() == (folder / "log.csv").read_bytes()
    for name in ("best.safetensors", "last.safetensors"):
        assert read_card(tmp_path / name) == read_card(folder / name)
    for name in ("best.safetensors", "last.safetensors", "state.safetensors"):
        assert_same_tensors(tmp_path / name, folder / name)


def test_training_killed_within_an_epoch_ends_the_same(uninterrupted, untrained, samples, tmp_path):
    expected, results, _ = uninterrupted
    model = copy.deepcopy(untrained)
    # every image is asked for twice, for image and target: this is within the second step of the second epoch
    with pytest.raises(KeyboardInterrupt):
        train(model, CARD, (Interrupted(samples[0], 2 * 4 + 5), samples[1]), tmp_path, RECIPE)
    assert train(model, CARD, samples, tmp_path, RECIPE) == results
    assert_same_network(model, expected)


def test_finished_training_is_not_run_again(uninterrupted, untrained, samples):
    expected, results, folder = uninterrupted
    model = copy.deepcopy(untrained)
    assert train(model, CARD, samples, folder, RECIPE) == results
    assert_same_network(model, expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [("learning_rate", 1e-4), ("seed", 1), ("batch_size", 3), ("augmentation", AugmentationParameters(crop=32))],
)
def test_other_recipe_is_refused(uninterrupted, untrained, samples, name, value):
    _, _, folder = uninterrupted
    before = (folder / "state.safetensors").read_bytes()
    with pytest.raises(ValueError, match=f"by another recipe \\({name} differ\\): name another folder"):
        train(copy.deepcopy(untrained), CARD, samples, folder, replace(RECIPE, **{name: value}))
    assert (folder / "state.safetensors").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task", "centres"),
        ("architecture", Architecture((8, 8, 8, 8), 64)),
        ("pseudocolor", PseudocolorParameters(0.1)),
    ],
)
def test_other_network_is_refused(uninterrupted, untrained, samples, name, value):
    _, _, folder = uninterrupted
    with pytest.raises(ValueError, match=f"of another network \\({name} differ\\): name another folder"):
        train(copy.deepcopy(untrained), replace(CARD, **{name: value}), samples, folder, RECIPE)


def test_seed_changes_the_training(uninterrupted, untrained, samples, tmp_path):
    _, results, _ = uninterrupted
    other = train(copy.deepcopy(untrained), CARD, samples, tmp_path, replace(RECIPE, epochs=1, seed=9))
    assert other[0].training_loss != results[0].training_loss


def test_every_epoch_sees_other_views(untrained, samples, tmp_path):
    recipe = replace(RECIPE, epochs=2, learning_rate=1e-20)  # too small to change a weight: only views can differ
    results = train(copy.deepcopy(untrained), CARD, (samples[0][:1], samples[1]), tmp_path, recipe)
    assert results[0].training_loss != pytest.approx(results[1].training_loss, abs=1e-4)


def test_every_epoch_has_its_own_order(untrained, samples, tmp_path):
    training = Recorded(samples[0])
    train(copy.deepcopy(untrained), CARD, (training, samples[1]), tmp_path, replace(RECIPE, epochs=2))
    first, second = training.asked[:8:2], training.asked[8::2]
    assert sorted(first) == sorted(second) == [0, 1, 2, 3]
    assert first != second


def test_rate_is_lowered_on_a_plateau_even_across_interruptions(untrained, samples, tmp_path):
    # the Dice loss of samples without a cell is 0 whatever the network says: nothing can get better
    empty = [replace(sample, target=np.zeros_like(sample.target)) for sample in samples[1]]
    recipe = replace(RECIPE, patience=2, decay=0.25, samples_per_epoch=1)
    for epochs in (2, 3, 4):  # interrupted before and after the rate is lowered
        model = copy.deepcopy(untrained)
        results = train(model, CARD, (samples[0], empty), tmp_path, replace(recipe, epochs=epochs))
    assert [result.learning_rate for result in results] == [1e-3, 1e-3, 1e-3, 0.25e-3]


def test_samples_per_epoch_limits_the_steps(untrained, samples, tmp_path):
    training = Recorded(samples[0])
    recipe = replace(RECIPE, epochs=2, samples_per_epoch=1)
    train(copy.deepcopy(untrained), CARD, (training, samples[1]), tmp_path, recipe)
    assert len(training.asked) == 2 * 2


def test_centres_are_trained_in_mixed_precision(untrained, samples, tmp_path):
    model = copy.deepcopy(untrained)
    card = replace(CARD, task="centres")
    results = train(model, card, samples, tmp_path, replace(RECIPE, epochs=1, mixed_precision=True))
    assert 0 < results[0].training_loss < 10
    assert read_card(tmp_path / "best.safetensors").task == "centres"


def test_copy_of_a_trained_network_computes_with_its_own_weights(untrained, samples, tmp_path):
    model = copy.deepcopy(untrained)
    recipe = replace(RECIPE, epochs=1, samples_per_epoch=1, mixed_precision=True)
    train(model, CARD, samples, tmp_path, recipe)
    other = copy.deepcopy(model).eval()
    image = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        expected = other(image)
        for parameter in model.parameters():
            parameter.zero_()
        assert torch.equal(other(image), expected)


@pytest.mark.parametrize("empty", [0, 1])
def test_no_samples(untrained, samples, tmp_path, empty):
    given = tuple([] if index == empty else part for index, part in enumerate(samples))
    with pytest.raises(ValueError, match="training and .* validation samples, expected some of both"):
        train(untrained, CARD, given, tmp_path, RECIPE)


def test_loss_that_is_not_finite(untrained, samples, tmp_path):
    model = copy.deepcopy(untrained)
    model.head.bias.data[:] = torch.nan
    with pytest.raises(ValueError, match="the loss became nan in epoch 1: lower the learning rate"):
        train(model, CARD, samples, tmp_path, RECIPE)
    assert not list(tmp_path.iterdir())


def test_absurd_rate_that_only_validation_notices(untrained, samples, tmp_path):
    recipe = replace(RECIPE, learning_rate=1e30, samples_per_epoch=2)
    with pytest.raises(ValueError, match="the loss became nan in epoch 1: lower the learning rate"):
        train(copy.deepcopy(untrained), CARD, samples, tmp_path, recipe)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("batch_size", -1),
        ("learning_rate", 0.0),
        ("patience", 0),
        ("decay", 1.0),
        ("decay", 0.0),
        ("samples_per_epoch", 0),
    ],
)
def test_impossible_recipe_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        TrainingParameters(**{name: value})


@pytest.mark.slow
def test_discs_are_learned(untrained, tmp_path):
    from_seed = [sample for seed in range(24) for sample in [_disc(seed)]]
    recipe = replace(RECIPE, epochs=12, batch_size=4)
    results = train(copy.deepcopy(untrained), CARD, (from_seed[:20], from_seed[20:]), tmp_path, recipe)
    assert max(result.mean_iou for result in results) > 0.9


def _disc(seed):
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:64, :64]
    middle = generator.integers(16, 48, 2)
    target = ((y - middle[0]) ** 2 + (x - middle[1]) ** 2 < 120).astype(np.uint8)
    grey = (60 + 140 * target + generator.integers(0, 20, target.shape)).astype(np.uint8)
    return Sample(np.repeat(grey[..., np.newaxis], 3, axis=-1), target)
