"""A small network and a few small samples, built once."""

import cv2
import numpy as np
import pytest
import torch

from ctc_submission.network.model import Architecture, EfficientCellSeg
from ctc_submission.training.samples import Sample


@pytest.fixture(scope="session")
def untrained():
    """The whole network on a small input, with random weights; to be copied before training."""
    torch.manual_seed(0)
    return EfficientCellSeg(Architecture(input_size=64))


def bright_disc(seed, size=64):
    """A bright disc on a noisy ground."""
    generator = np.random.default_rng(seed)
    target = np.zeros((size, size), np.uint8)
    y, x = generator.integers(size // 4, 3 * size // 4, 2).tolist()
    cv2.circle(target, (x, y), size // 6, 1, -1)
    grey = np.clip(60 + 140 * target + generator.normal(0, 10, target.shape), 0, 255)
    return Sample(np.repeat(grey[..., np.newaxis], 3, axis=-1).astype(np.uint8), target)


@pytest.fixture(scope="session")
def discs():
    """Six samples of 64 x 64 pixels."""
    return [bright_disc(seed) for seed in range(6)]
