"""``ctc-submission export``: a checkpoint as an ONNX file, or as a package of bioimage.io."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.paths import need_weights
from ctc_submission.extras import has_extra, require_extra

if TYPE_CHECKING:
    from ctc_submission.network.card import ModelCard
    from ctc_submission.network.efficientcellseg import EfficientCellSeg
    from ctc_submission.network.graph import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help=".safetensors checkpoint of this tool")
    parser.add_argument("output", type=Path, nargs="?", metavar="OUT.onnx", help="ONNX file to write")
    parser.add_argument(
        "--bioimageio",
        type=Path,
        metavar="OUT",
        help="write a package of bioimage.io: a .zip file or a folder; the format's validator checks it, where "
        "it is installed",
    )
    parser.add_argument(
        "--layout",
        choices=("NHWC", "NCHW"),
        default="NHWC",
        help="order of the axes of images and probabilities, also stated in the metadata",
    )


def run(arguments: argparse.Namespace) -> int:
    """Export."""
    if not (arguments.output or arguments.bioimageio):
        raise ValueError("found nothing to write, expected OUT.onnx, or --bioimageio with a .zip file or a folder")
    need_weights(arguments.checkpoint)
    require_extra("import", "export")
    from ctc_submission.network.weights import load_checkpoint

    model, card = load_checkpoint(arguments.checkpoint)
    if arguments.output:
        _write_onnx(arguments.output, model, card, arguments.layout)
    if arguments.bioimageio:
        _write_package(arguments.bioimageio, model, card, f"EfficientCellSeg {arguments.checkpoint.stem}")
    return 0


def _write_onnx(path: Path, model: "EfficientCellSeg", card: "ModelCard", layout: "Layout") -> None:
    from ctc_submission.network.graph import export_onnx

    export_onnx(path, model, card, layout)
    side = model.architecture.input_size
    image = f"(N, {side}, {side}, 3)" if layout == "NHWC" else f"(N, 3, {side}, {side})"
    print(f"{path}: input x {image} float32 in [0, 1], output probability")


def _write_package(path: Path, model: "EfficientCellSeg", card: "ModelCard", name: str) -> None:
    from ctc_submission.network.bioimage_package import validate_bioimage_package, write_bioimage_package

    write_bioimage_package(path, model, card, name)
    if has_extra("bioimageio"):
        validate_bioimage_package(path)
        print(f"{path}: accepted by the validator of bioimage.io, test tensors included")
    else:
        print(f"{path}: not validated; pip install 'ctc-submission[bioimageio]' brings the validator")
