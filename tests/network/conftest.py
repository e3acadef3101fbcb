"""A small network and the published one, built once, images, and what the small one predicts of them."""

import numpy as np
import pytest
import torch

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from tests.conftest import SMALL


@pytest.fixture(scope="session")
def model():
    """The smallest network on a small input, with random weights; not to be changed."""
    torch.manual_seed(0)
    return EfficientCellSeg(SMALL).eval()


@pytest.fixture(scope="session")
def published():
    """The published network on a small input, with random weights; not to be changed."""
    torch.manual_seed(0)
    return EfficientCellSeg(Architecture(input_size=64)).eval()


@pytest.fixture(scope="session")
def images():
    """Seven images of noise, (7, 40, 50, 3)."""
    return np.random.default_rng(0).random((7, 40, 50, 3), dtype=np.float32)


@pytest.fixture(scope="session")
def expected(model, images):
    """Probabilities (7, 1, 40, 50) of the small network, every image by itself."""
    with torch.inference_mode():
        one = [model.predict(torch.from_numpy(image).permute(2, 0, 1)[None]) for image in images]
    return np.concatenate([tensor.numpy() for tensor in one])


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
