"""Two sequences of round cells with soft rims, and a network that calls too little of them foreground."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.weights import save_checkpoint
from tests.training.conftest import one_thread

__all__ = ["one_thread"]

CELLS = ((16, 14), (16, 30), (45, 20), (44, 48))
"""Middles (y, x) of the cells of every frame; the first two touch."""
_RADIUS = 9.0
_GREEN = 33


@pytest.fixture(scope="session")
def strict_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that sees foreground where a slice's brightness is above 0.75: the rims of the cells are missed."""
    torch.manual_seed(0)
    architecture = Architecture(input_size=64, encoder="tf_efficientnet_lite0")
    card = ModelCard("Fluo-N3DL-TRIC", "none", "2026-01-31", "", "CC0-1.0", architecture)
    model = EfficientCellSeg(card.architecture)
    first, second = model.decoder[-1].layers[0], model.decoder[-1].layers[3]
    with torch.no_grad():
        for layer in (first, second, model.head):
            layer.weight.zero_()
            layer.bias.zero_()
        first.weight[0, _GREEN, 1, 1] = second.weight[0, 0, 1, 1] = 1
        model.head.weight[0, 0] = 16
        model.head.bias.fill_(-16 * 0.75)
    path = tmp_path_factory.mktemp("network") / "strict.safetensors"
    save_checkpoint(path, model, card)
    return path


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sequences of three frames: whole references of frame 0, a slice of frame 1, none of frame 2; markers of all."""
    folder = tmp_path_factory.mktemp("data") / "cells"
    for sequence in ("01", "02"):
        for number in range(3):
            labels, image = draw_cells(shift=number + int(sequence))
            write_frame(make(folder / sequence) / f"t{number:03d}.tif", image)
            write_mask(make(folder / f"{sequence}_GT" / "TRA") / f"man_track{number:03d}.tif", labels)
            seg = make(folder / f"{sequence}_GT" / "SEG")
            if number == 0:
                write_mask(seg / "man_seg000.tif", labels)
            elif number == 1:
                write_mask(seg / "man_seg_001_002.tif", labels[2:3], ndim=2)
    return folder


def draw_cells(shift: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (3, 64, 64) and an image of cells that fade toward their rims."""
    y, x = np.mgrid[:64, :64]
    distances = np.array([np.hypot(y - cell_y, x - cell_x - shift) for cell_y, cell_x in CELLS])
    nearest = distances.min(axis=0)
    labels = np.where(nearest < _RADIUS, distances.argmin(axis=0) + 1, 0).astype(np.uint16)
    image = (30 + 200 * np.clip(1.3 - nearest / 12, 0, 1)).astype(np.uint8)
    return np.repeat(labels[np.newaxis], 3, axis=0), np.repeat(image[np.newaxis], 3, axis=0)


def make(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder
