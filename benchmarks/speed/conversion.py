"""Checkpoints as ONNX files, for the sequential version: the authors publish theirs so."""

import logging
from pathlib import Path

from ctc_submission.network.card import sha256_of
from ctc_submission.network.graph import export_onnx
from ctc_submission.network.weights import load_checkpoint
from ctc_submission.segmentation.configuration import Configuration

_LOG = logging.getLogger("speed")


def list_checkpoints(configuration: Configuration) -> list[Path]:
    """List the checkpoints that a configuration uses: the foreground's, and the centers' where markers are centers."""
    if configuration.labeling.method == "centers" and configuration.center_model is not None:
        return [configuration.segmentation_model, configuration.center_model]
    return [configuration.segmentation_model]


def convert_checkpoints(configuration: Configuration, work: Path) -> tuple[Path, ...]:
    """Convert a configuration's checkpoints, unless that is done already.

    Returns
    -------
    tuple of Path
        An ONNX file for each, in the order of `list_checkpoints`, named by the checkpoint's content.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If a checkpoint cannot be read, or its ONNX file cannot be written.
    """
    return tuple(_convert(path, work / "onnx") for path in list_checkpoints(configuration))


def _convert(checkpoint: Path, folder: Path) -> Path:
    path = folder / f"{sha256_of(checkpoint)[:16]}.onnx"
    if not path.is_file():
        _LOG.info("%s: converting to ONNX", checkpoint.name)
        folder.mkdir(parents=True, exist_ok=True)
        export_onnx(path, *load_checkpoint(checkpoint))
    return path
