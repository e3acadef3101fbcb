"""AugmentedSamples and batches: every epoch its own, the same in whatever process, each sample once."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ctc_submission.training.data.augmented import AugmentedSamples, EpochBatches, make_loader
from ctc_submission.training.hyperparameters import TrainingParameters


def batches_of(epoch, count=10, **hyperparameters):
    batches = EpochBatches(count, TrainingParameters(**{"batch_size": 4, **hyperparameters}))
    batches.epoch = epoch
    return list(batches)


@pytest.fixture
def views(discs, hyperparameters):
    return AugmentedSamples(discs, hyperparameters, "region")


def test_epoch_0_is_all_samples_as_they_are(views, discs):
    assert batches_of(0, samples_per_epoch=3) == [
        [(0, index) for index in part] for part in (range(4), range(4, 8), [8, 9])
    ]
    image, target = views[0, 3]
    np.testing.assert_array_equal(image, discs[3].image / np.float32(255))
    np.testing.assert_array_equal(target, discs[3].target)


def test_every_epoch_has_each_sample_once_in_its_own_order():
    orders = [[index for batch in batches_of(epoch) for _, index in batch] for epoch in (1, 2, 1)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(10))
    assert orders[0] == orders[2] != orders[1]
    assert {key[0] for batch in batches_of(7) for key in batch} == {7}
    assert batches_of(1, seed=1) != batches_of(1)


def test_samples_per_epoch_limits_the_steps():
    drawn = batches_of(1, samples_per_epoch=6)
    assert [len(batch) for batch in drawn] == [4, 2]
    batches = EpochBatches(10, TrainingParameters(batch_size=4, samples_per_epoch=6))
    assert (len(batches), batches.steps) == (3, 2)  # epoch 0
    batches.epoch = 1
    assert (len(batches), batches.steps) == (2, 2)


@pytest.mark.parametrize("count", [3, 8, 9, 11])
def test_processes_share_every_batch_and_none_is_without(count):
    parts = []
    for rank in range(2):
        batches = EpochBatches(count, TrainingParameters(batch_size=4), rank, 2)
        batches.epoch = 1
        parts.append(list(batches))
    assert [len(batch) for batch in parts[0]] == [len(batch) for batch in parts[1]]
    seen = [index for part in parts for batch in part for _, index in batch]
    assert set(seen) == set(range(count))
    assert len(seen) == count + count % 2


def test_batches_that_processes_cannot_share_are_refused():
    with pytest.raises(ValueError, match="batch_size is 8, expected a multiple of the 3 processes"):
        EpochBatches(9, TrainingParameters(batch_size=8), 1, 3)


def test_view_depends_on_epoch_index_and_seed_alone(views, discs, hyperparameters):
    image, target = views[2, 1]
    for other in (views, AugmentedSamples(discs, hyperparameters, "region")):
        np.testing.assert_array_equal(other[2, 1][0], image)
        np.testing.assert_array_equal(other[2, 1][1], target)
    for other in (views[3, 1], views[2, 2], AugmentedSamples(discs, replace(hyperparameters, seed=5), "region")[2, 1]):
        assert not np.array_equal(other[0], image)


def test_coloring_reaches_the_augmentation(discs, hyperparameters):
    gray, channels = (
        AugmentedSamples(discs, hyperparameters, coloring)[1, 0][0] for coloring in ("region", "intensity")
    )
    assert (gray == gray[..., :1]).all()
    assert not (channels == channels[..., :1]).all()  # each slice has noise of its own


@pytest.mark.parametrize("workers", [0, 1])
def test_loader_gives_channels_last_batches_epoch_after_epoch(views, hyperparameters, workers):
    batches = EpochBatches(6, hyperparameters)
    loader = make_loader(views, batches, workers)
    for epoch in (1, 2):
        batches.epoch = epoch
        keys = list(batches)
        loaded = list(loader)
        assert len(loaded) == len(loader) == 3
        for (images, targets), batch in zip(loaded, keys, strict=True):
            assert images.shape == (2, 3, 32, 32)
            assert targets.shape == (2, 1, 32, 32)
            assert images.is_contiguous(memory_format=torch.channels_last)
            for image, target, key in zip(images, targets, batch, strict=True):
                np.testing.assert_array_equal(image.permute(1, 2, 0), views[key][0])
                np.testing.assert_array_equal(target.permute(1, 2, 0), views[key][1])
