"""``ctc-submission export``: a checkpoint as an ONNX file."""

import argparse
from pathlib import Path

from ctc_submission.cli.paths import need_weights
from ctc_submission.extras import require_extra


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help=".safetensors checkpoint of this tool")
    parser.add_argument("output", type=Path, metavar="OUT.onnx", help="ONNX file to write")
    parser.add_argument(
        "--layout", choices=("NHWC", "NCHW"), default="NHWC", help="axes of images and probabilities; in its metadata"
    )


def run(arguments: argparse.Namespace) -> int:
    """Export."""
    need_weights(arguments.checkpoint)
    require_extra("import", "export")
    from ctc_submission.network.export import export_onnx
    from ctc_submission.network.weights import load_checkpoint

    model, card = load_checkpoint(arguments.checkpoint)
    export_onnx(arguments.output, model, card, arguments.layout)
    side = model.architecture.input_size
    image = f"(N, {side}, {side}, 3)" if arguments.layout == "NHWC" else f"(N, 3, {side}, {side})"
    print(f"{arguments.output}: input x {image} float32 in [0, 1], output probability")
    return 0
