"""A small network, a few small samples and short hyperparameters, built once."""

import cv2
import numpy as np
import pytest
import torch

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.hyperparameters import TrainingParameters

SMALL = Architecture(input_size=32, encoder="tf_efficientnet_lite0")


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """One thread for torch: sums over several are rounded otherwise, and equal trainings would end a bit apart."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def untrained():
    """The whole network of the small encoder on a small input, with random weights; to be copied before training."""
    torch.manual_seed(0)
    return EfficientCellSeg(SMALL)


def bright_disc(seed, size=32):
    """A bright disc on a noisy ground."""
    generator = np.random.default_rng(seed)
    disc = np.zeros((size, size), np.uint8)
    y, x = generator.integers(size // 4, 3 * size // 4, 2).tolist()
    cv2.circle(disc, (x, y), size // 6, 1, -1)
    gray = np.clip(60 + 140 * disc + generator.normal(0, 10, disc.shape), 0, 255)
    return Sample(np.repeat(gray[..., np.newaxis], 3, axis=-1).astype(np.uint8), disc[..., np.newaxis])


@pytest.fixture(scope="session")
def discs():
    """Six samples of 32 x 32 pixels."""
    return [bright_disc(seed) for seed in range(6)]


@pytest.fixture(scope="session")
def samples(discs):
    """Four of them to train on and two to validate on."""
    return discs[:4], discs[4:]


@pytest.fixture(scope="session")
def card():
    """What the networks of these tests say of themselves."""
    return ModelCard("Fluo-N3DL-TRIC", "discs", "2026-01-31", "", "CC0-1.0", SMALL)


@pytest.fixture(scope="session")
def hyperparameters():
    """Three epochs of two steps."""
    return TrainingParameters(
        epochs=3, batch_size=2, precision="single", augmentation=AugmentationParameters(crop=32), ema=0.9
    )
