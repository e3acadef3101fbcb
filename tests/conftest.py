"""What tests of several rooms share: untrained checkpoints and a tiny sequence."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import write_frame
from ctc_submission.network.architecture import Architecture, Output
from ctc_submission.network.card import ModelCard
from ctc_submission.network.model import EfficientCellSeg
from ctc_submission.network.weights import save_checkpoint

OUTPUTS: dict[str, Output] = {"segmentation": "foreground", "centers": "centers"}


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Converted networks, and records without another place, go to folders of these tests, in subprocesses too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTC_SUBMISSION_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An untrained checkpoint for the foreground and one for centers, with a small input to be quick."""
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    for name, output in OUTPUTS.items():
        architecture = Architecture(input_size=64, outputs=(output,))
        card = ModelCard("Fluo-C3DL-MDA231", "nothing", "2026-01-01", "none", "CC0-1.0", architecture)
        save_checkpoint(folder / f"{name}.safetensors", EfficientCellSeg(architecture), card)
    return {name: folder / f"{name}.safetensors" for name in OUTPUTS}


@pytest.fixture
def sequence(tmp_path: Path) -> Path:
    """A folder with three stacks of 4 x 60 x 72 with a few bright balls."""
    folder = tmp_path / "Fluo-N3DL-TRIC" / "01"
    folder.mkdir(parents=True)
    for number in range(3):
        write_frame(folder / f"t{number:03d}.tif", ball_stack(number))
    return folder


def ball_stack(seed: int, shape: tuple[int, int, int] = (4, 60, 72)) -> np.ndarray:
    """Return a noisy uint16 stack with five bright balls."""
    generator = np.random.default_rng(seed)
    grid = np.indices(shape).astype(float)
    stack = generator.normal(200, 10, shape)
    for center in generator.uniform(0, shape, (5, 3)):
        stack += 800 * np.exp(-0.5 * sum(((grid[axis] - center[axis]) / (1.5, 5, 5)[axis]) ** 2 for axis in range(3)))
    return stack.clip(0, 65535).astype(np.uint16)
