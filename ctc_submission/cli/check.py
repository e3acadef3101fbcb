"""``ctc-submission check``: whether networks, weights and device work on this machine."""

import argparse
from pathlib import Path

import torch

from ctc_submission.network.backends import choose_device
from ctc_submission.network.trial import try_checkpoint
from ctc_submission.segmentation.configuration import MODELS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "checkpoints", type=Path, nargs="*", metavar="FILE", help=f"checkpoints to try; all those in {MODELS} if none"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")


def run(arguments: argparse.Namespace) -> int:
    """Try every checkpoint."""
    checkpoints = arguments.checkpoints or sorted(MODELS.glob("*.safetensors"))
    if not checkpoints:
        raise FileNotFoundError(f"{MODELS}: holds no weights, expected .safetensors files; see models/README.md")
    device = choose_device(arguments.device)
    print(f"torch {torch.__version__} on {device}")
    for path in checkpoints:
        trial = try_checkpoint(path, device)
        print(f"{path.name}: {trial.parameters / 1e6:.1f} M parameters, {trial.seconds * 1e3:.0f} ms an image")
    return 0
