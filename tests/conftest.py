"""What tests of several rooms share: untrained checkpoints and a tiny sequence."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import write_frame
from ctc_submission.network.architecture import Architecture, Output
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.weights import save_checkpoint

SMALL = Architecture(input_size=64, encoder="tf_efficientnet_lite0", decoder="separable")
PARAMETERS = 878_209
"""Of the small network, as the paper counts them."""
OUTPUTS: dict[str, Output] = {"segmentation": "foreground", "centers": "centers"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that need a CUDA device where there is none."""
    if not torch.cuda.is_available():
        for item in items:
            if "cuda" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="no CUDA device"))


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Converted networks, and records without another place, go to folders of these tests, in subprocesses too.

    All workers of pytest-xdist share the converted networks, so that each is converted once.
    """
    base = tmp_path_factory.getbasetemp()
    converted = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "converted"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTC_SUBMISSION_CACHE", str(converted))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An untrained checkpoint for the foreground and one for centers, of the smallest network to be quick."""
    return save_untrained(tmp_path_factory.mktemp("models"), SMALL)


@pytest.fixture
def sequence(tmp_path: Path) -> Path:
    """A folder with three stacks of 4 x 60 x 72 with a few bright balls."""
    folder = tmp_path / "Fluo-N3DL-TRIC" / "01"
    folder.mkdir(parents=True)
    for number in range(3):
        write_frame(folder / f"t{number:03d}.tif", ball_stack(number))
    return folder


def save_untrained(folder: Path, architecture: Architecture) -> dict[str, Path]:
    """Save a network with random weights for each output by itself."""
    torch.manual_seed(0)
    for name, output in OUTPUTS.items():
        alone = replace(architecture, outputs=(output,))
        card = ModelCard("Fluo-C3DL-MDA231", "nothing", "2026-01-01", "none", "CC0-1.0", alone)
        save_checkpoint(folder / f"{name}.safetensors", EfficientCellSeg(alone), card)
    return {name: folder / f"{name}.safetensors" for name in OUTPUTS}


def ball_stack(seed: int, shape: tuple[int, int, int] = (4, 60, 72)) -> np.ndarray:
    """Return a noisy uint16 stack with five bright balls."""
    generator = np.random.default_rng(seed)
    grid = np.indices(shape).astype(float)
    stack = generator.normal(200, 10, shape)
    for center in generator.uniform(0, shape, (5, 3)):
        stack += 800 * np.exp(-0.5 * sum(((grid[axis] - center[axis]) / (1.5, 5, 5)[axis]) ** 2 for axis in range(3)))
    return stack.clip(0, 65535).astype(np.uint16)
