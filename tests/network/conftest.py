"""A small network, built once."""

import pytest
import torch

from ctc_submission.network.model import Architecture, EfficientCellSeg


@pytest.fixture(scope="session")
def model():
    """The whole network on a small input, with random weights; not to be changed."""
    torch.manual_seed(0)
    return EfficientCellSeg(Architecture(input_size=64)).eval()
