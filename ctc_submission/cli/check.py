"""``ctc-submission check``: whether networks, weights and device work on this machine."""

import argparse
from pathlib import Path

from ctc_submission.cli.machine import add_machine_arguments, chosen_execution
from ctc_submission.cli.paths import need_weights
from ctc_submission.resources import models_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "checkpoints",
        type=Path,
        nargs="*",
        metavar="FILE",
        help=f"checkpoints to try; all those in {models_folder()} if none",
    )
    add_machine_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Try every checkpoint."""
    folder = models_folder()
    checkpoints = arguments.checkpoints or sorted(folder.glob("*.safetensors"))
    if not checkpoints:
        raise FileNotFoundError(f"{folder}: holds no weights, expected .safetensors files; see models/README.md")
    for path in checkpoints:
        need_weights(path)
    from ctc_submission.network.trial import try_checkpoint

    execution = chosen_execution(arguments)
    for path in checkpoints:
        trial = try_checkpoint(path, execution)
        print(
            f"{path.name}: {trial.parameters / 1e6:.1f} M parameters, {trial.seconds * 1e3:.0f} ms an image "
            f"({trial.runtime})"
        )
    return 0
