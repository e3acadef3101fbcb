"""The arguments of ``ctc-submission import-weights``."""

import argparse
from dataclasses import fields
from pathlib import Path

from ctc_submission.cli.paths import need_file, need_image
from ctc_submission.cli.setting_options import option_arguments
from ctc_submission.extras import require_extra
from ctc_submission.network.architecture import OUTPUTS
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration

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
        default=argparse.SUPPRESS,
        **option_arguments(Configuration, "tiles")
        | {"help": "how it was trained: on whole slices (1) or on six square patches each (6); left out if unknown"},
    )
    parser.add_argument(
        "--check-on",
        type=Path,
        metavar="FRAME.tif",
        help="compare ONNX file and import on the slices of this frame, too",
    )
    for field in fields(PseudocolorParameters)[:2]:
        said = option_arguments(PseudocolorParameters, field.name)
        said["help"] += f"; {field.default} if not given"
        parser.add_argument(f"--{field.name.replace('_', '-')}", default=argparse.SUPPRESS, **said)
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
