"""A few annotated frames of round cells, whole or in slices, and an untrained network to start from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.data.source_folders import Source
from tests.training.conftest import one_thread

__all__ = ["one_thread"]

SPACING = (3.0, 1.0, 1.0)
SHAPE = (6, 48, 56)


def draw_cells(seed: int) -> np.ndarray:
    """Return labels (Z, Y, X) uint16 of three cells 14 pixels wide."""
    z, y, x = np.indices(SHAPE)
    labels = np.zeros(SHAPE, np.uint16)
    for label, (row, column) in enumerate(((12, 12), (34, 16), (22, 40)), start=1):
        labels[(3 * (z - 3)) ** 2 + (y - row - seed % 3) ** 2 + (x - column) ** 2 <= 49] = label
    return labels


def draw_image(labels: np.ndarray) -> np.ndarray:
    """Return bright cells on a dim, noisy ground."""
    noise = np.random.default_rng(0).integers(0, 30, labels.shape)
    return (40 + 150 * (labels > 0) + noise).astype(np.uint16)


def write(folder: Path, frames: int, slices: tuple[int, ...] = ()) -> Source:
    """Write frames, annotated as a whole, or in some slices."""
    truth = folder / "01_GT" / "SEG"
    for part in (folder / "01", truth):
        part.mkdir(parents=True)
    for number in range(frames):
        labels = draw_cells(number)
        write_frame(folder / "01" / f"t{number:03d}.tif", draw_image(labels), spacing=SPACING)
        for z in slices:
            write_mask(truth / f"man_seg_{number:03d}_{z:03d}.tif", labels[z : z + 1], ndim=2)
        if not slices:
            write_mask(truth / f"man_seg{number:03d}.tif", labels)
    return Source(folder, "01")


@pytest.fixture(scope="session")
def start(checkpoints, tmp_path_factory) -> Path:
    """A configuration of a network for cells 16 pixels wide, with random weights."""
    folder = tmp_path_factory.mktemp("start")
    model, card = load_checkpoint(checkpoints["segmentation"])
    coloring = PseudocolorParameters(coloring="intensity", neighbor_distance=0.15)
    card = replace(card, dataset="mine", diameter=16.0, pseudocolor=coloring, training_data="none", license="CC BY 4.0")
    save_checkpoint(folder / "general.safetensors", model, card)
    config = folder / "general.toml"
    config.write_text(
        'segmentation_model = "general.safetensors"\nprecision = "float32"\ncell_diameter = 15.0\n'
        '[labeling]\nmethod = "components"\nforeground_threshold = 0.5\n'
    )
    return config
