"""A folder of configurations with tiny networks, and their ONNX files: one conversion for all tests."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard, sha256_of
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.graph import export_onnx
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters

SIDE = 64
CONFIGURATIONS = {
    "Fluo-C3DL-MDA231": 'segmentation_model = "regions.safetensors"\ncenter_model = "centers.safetensors"\n'
    '[labeling]\nmethod = "centers"\nspacing = [5.0, 1.0, 1.0]\n',
    "Fluo-N3DL-TRIC": 'segmentation_model = "intensities.safetensors"\ntiles = 6\n[labeling]\nmethod = "distance"\n',
    "Fluo-C3DH-A549-SIM": 'segmentation_model = "regions.safetensors"\n[labeling]\nmethod = "single"\n',
    "nuclei": 'segmentation_model = "nuclei.safetensors"\n[labeling]\nmethod = "distance"\n',
}


@pytest.fixture(scope="session")
def network() -> EfficientCellSeg:
    """An untrained network whose probabilities lie on both sides of one half."""
    torch.manual_seed(0)
    network = EfficientCellSeg(
        Architecture(input_size=SIDE, encoder="tf_efficientnet_lite0", decoder="separable")
    ).eval()
    with torch.inference_mode():
        logits = network(torch.rand(2, 3, SIDE, SIDE))
        network.head.bias -= logits.mean()
        for parameter in network.head.parameters():
            parameter *= 2 / logits.std()
    return network


@pytest.fixture(scope="session")
def models(network: EfficientCellSeg, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of configurations, all of whose checkpoints hold the same network."""
    folder = tmp_path_factory.mktemp("models")
    for name, output, coloring, diameter in (
        ("regions", "foreground", "region", None),
        ("intensities", "foreground", "intensity", None),
        ("centers", "centers", "region", None),
        ("nuclei", "foreground", "intensity", 24.0),
    ):
        colors = PseudocolorParameters(coloring=coloring)
        architecture = replace(network.architecture, outputs=(output,))
        card = ModelCard(name, "", "2026-01-01", "", "CC0-1.0", architecture, colors, diameter)
        save_checkpoint(folder / f"{name}.safetensors", network, card, half=False)
    for name, text in CONFIGURATIONS.items():
        for network in ("", "-b5"):
            (folder / f"{name}{network}.toml").write_text(text)
    return folder


@pytest.fixture(scope="session")
def work(network: EfficientCellSeg, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the ONNX files of all checkpoints."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "onnx").mkdir()
    card = ModelCard("any", "", "2026-01-01", "", "CC0-1.0", network.architecture)
    export_onnx(folder / "once.onnx", network, card)
    for checkpoint in models.glob("*.safetensors"):
        shutil.copy(folder / "once.onnx", folder / "onnx" / f"{sha256_of(checkpoint)[:16]}.onnx")
    return folder
