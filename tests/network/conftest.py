"""A small network, built once."""

import pytest
import torch

from ctc_submission.network.model import Architecture, EfficientCellSeg


@pytest.fixture(scope="session")
def model():
    """The whole network on a small input, with random weights; not to be changed."""
    torch.manual_seed(0)
    return EfficientCellSeg(Architecture(input_size=64)).eval()


@pytest.fixture(scope="session")
def assert_one_line():
    """Check that an error's message is one short line that names all parts."""

    def check(caught, *parts):
        message = str(caught.value)
        assert "\n" not in message
        assert len(message) < 500
        for part in parts:
            assert str(part) in message

    return check
