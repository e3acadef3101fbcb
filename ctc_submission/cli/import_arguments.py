"""The arguments of ``ctc-submission import-weights``."""

import argparse
from pathlib import Path

from ctc_submission.cli.paths import need_file, need_image
from ctc_submission.extras import require_extra
from ctc_submission.network.architecture import OUTPUTS

NO_LICENSE = "not stated: ask its authors before passing it on"
"""What a checkpoint says of its license where nothing is given."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", type=Path, metavar="FILE", help="EfficientCellSeg as .onnx")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.safetensors", help="checkpoint to write")
    parser.add_argument(
        "--dataset",
        help="the dataset the network is for, by the challenge's name; known for ecs_a549, ecs_tric and files that "
        "export wrote",
    )
    parser.add_argument(
        "--predict", choices=OUTPUTS, default=argparse.SUPPRESS, help="output of the network; foreground if not given"
    )
    parser.add_argument(
        "--input-size",
        type=int,
        metavar="PIXELS",
        help="side of its input where FILE accepts any size; 384 if not given",
    )
    parser.add_argument(
        "--tiles",
        type=int,
        choices=(1, 6),
        default=argparse.SUPPRESS,
        help="how it was trained: on whole slices (1) or on six square patches each (6); leave it out if unknown",
    )
    parser.add_argument(
        "--check-on",
        type=Path,
        metavar="FRAME.tif",
        help="compare ONNX file and import on the slices of this frame, too",
    )
    parser.add_argument(
        "--adjacent-mean",
        type=float,
        default=argparse.SUPPRESS,
        help="largest share of a slice that its region of interest may cover: twice the mean foreground share; 0.03 "
        "if not given",
    )
    parser.add_argument(
        "--normalization",
        choices=("channel", "image"),
        default=argparse.SUPPRESS,
        help="min-max normalization of each color channel, or of the whole image; channel if not given",
    )
    parser.add_argument(
        "--license",
        default=argparse.SUPPRESS,
        help=f"license of the weights, for the model card; '{NO_LICENSE}' if not given",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check what can be checked at once, then import."""
    require_extra("import", "import-weights")
    need_file(arguments.source, "weights as .onnx")
    if arguments.check_on:
        need_image(arguments.check_on)
    from ctc_submission.cli import import_weights

    return import_weights.run(arguments)
