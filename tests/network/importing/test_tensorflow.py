"""Files that TensorFlow and tf2onnx made: see make_tensorflow_models.py for an environment with them.

CTC_SUBMISSION_TF_PYTHON=tfenv/bin/python pytest -m slow tests/network/importing --log-cli-level=INFO
"""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import read_frame
from ctc_submission.network.importing import import_network
from ctc_submission.network.importing.parity import check_parity
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

PYTHON = os.environ.get("CTC_SUBMISSION_TF_PYTHON", sys.executable)
SCRIPT = Path(__file__).with_name("make_tensorflow_models.py")
REAL = Path(__file__).parents[4] / "shared" / "data"
FRAMES = ("mouse-embryo/01/t000.tif", "celegans-embryo/01/t000.tif", "plant-nuclei/01/t000.tif")
BOUND = 1e-4
LEAST_SPREAD = 0.05  # a network that says the same everywhere would agree with any other
_LOG = logging.getLogger(__name__)

_FIND = "from importlib.util import find_spec; raise SystemExit(not (find_spec('tensorflow') and find_spec('tf2onnx')))"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        subprocess.run([PYTHON, "-c", _FIND], capture_output=True).returncode != 0,
        reason="needs TensorFlow and tf2onnx: name a Python that has them by CTC_SUBMISSION_TF_PYTHON",
    ),
]


@dataclass(frozen=True)
class Case:
    """A network to make."""

    options: str
    """Options of the script."""
    shape: tuple[int, int] = (96, 96)
    """Size of the images it is compared on."""


CASES = {
    "fixed": Case("--size 96"),
    "fixed, ImageNet": Case("--size 96 --statistics imagenet"),
    "dynamic, large decoder": Case("--size 96 --variant dynamic --decoder 512 256 128 64"),
    "odd size": Case("--size 96 --variant resizing", (75, 131)),
    "skip first, opset 11": Case("--size 96 --variant skip-first --decoder 112 80 48 16 --opset 11"),
    "rescaled twice": Case("--size 96 --variant imagenet-rescaling"),
    "nested": Case("--size 96 --variant nested"),
    "Keras 3": Case("--size 96 --keras 3"),
}
REAL_CASES = {
    "random statistics": Case("--statistics random", (384, 384)),
    "ImageNet's statistics": Case("--statistics imagenet", (384, 384)),
    "skip first": Case("--variant skip-first --decoder 112 80 48 16", (384, 384)),
    "odd size": Case("--variant resizing", (225, 321)),
}


def make(folder: Path, options: str, images: np.ndarray) -> np.ndarray:
    """Make the files of a network, and return what Keras computes for the images: (N, Y, X)."""
    np.save(folder / "images.npy", images)
    subprocess.run([PYTHON, SCRIPT, folder, *options.split()], check=True, capture_output=True)
    with np.load(folder / "outputs.npz") as outputs:
        return outputs["arr_0"][..., 0]


def compare(path: Path, images: np.ndarray, expected: np.ndarray, side: int = 96) -> None:
    """Check an import against Keras and onnxruntime, as far as rounding allows."""
    model = import_network(path, side)
    with torch.inference_mode():
        given = model.predict(torch.from_numpy(images).permute(0, 3, 1, 2))[:, 0].numpy()
    differences = {"Keras": np.abs(given - expected).max(), "onnxruntime": check_parity(path, model, images)}
    for other, difference in differences.items():
        _LOG.info("%s: %.1e from %s; spread of probabilities %.2f", path.name, difference, other, expected.std())
    assert expected.std() > LEAST_SPREAD
    assert differences["Keras"] < BOUND


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_random_images(case, tmp_path):
    images = np.random.default_rng(1).random((2, *case.shape, 3), dtype=np.float32)
    expected = make(tmp_path, case.options, images)
    compare(tmp_path / "model.onnx", images, expected)


@pytest.mark.skipif(not REAL.is_dir(), reason="real frames are not here")
@pytest.mark.parametrize("case", REAL_CASES.values(), ids=REAL_CASES.keys())
def test_real_slices_at_full_size(case, tmp_path):
    images = np.stack([middle_slice(REAL / frame, case.shape) for frame in FRAMES])
    expected = make(tmp_path, case.options, images)
    compare(tmp_path / "model.onnx", images, expected, side=384)


def middle_slice(frame: Path, shape: tuple[int, int]) -> np.ndarray:
    """Return the pseudocolored middle slice of a frame, resized."""
    stack = read_frame(frame)
    slices = list(pseudocolor_slices(stack, PseudocolorParameters()))
    batch = torch.from_numpy(slices[len(stack) // 2]).permute(2, 0, 1)[None]
    resized = torch.nn.functional.interpolate(batch, size=shape, mode="bilinear", align_corners=False)
    return resized[0].permute(1, 2, 0).numpy()
