"""A network with random weights and statistics, and files of it."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies beside them, and is no package

from networks import SIDE, random_network, write_onnx


@pytest.fixture(scope="session")
def network():
    """A network on a small input; not to be changed."""
    return random_network()


@pytest.fixture(scope="session")
def onnx_file(network, tmp_path_factory):
    """That network as an ONNX file with folded batch norms."""
    return write_onnx(tmp_path_factory.mktemp("onnx") / "model.onnx", network)


@pytest.fixture(scope="session")
def images():
    """Two images of the network's size, one of them dim."""
    random = np.random.default_rng(0)
    return [level * random.random((SIDE, SIDE, 3), dtype=np.float32) for level in (1.0, 0.2)]
