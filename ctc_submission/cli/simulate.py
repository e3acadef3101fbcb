"""``ctc-submission simulate``: a sequence with reference annotations, in the challenge's layout."""

import argparse
import logging
from pathlib import Path

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.simulation.simulation_parameters import SIMULATED, find_parameters

_LOG = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", help=f"what to simulate: {', '.join(SIMULATED)}")
    parser.add_argument("folder", type=Path, metavar="DIR", help="receives 01, 01_GT/SEG and 01_GT/TRA")
    parser.add_argument("--frames", type=int, default=3, metavar="N", help="length of the sequence")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="the same seed gives the same files")
    parser.add_argument(
        "--scale", type=float, default=1.0, metavar="F", help="size of the field of view, 1 for the real size"
    )
    parser.add_argument("--sequence", default="01", metavar="NN", help="name of the sequence")
    parser.add_argument(
        "--varied", action="store_true", help="make each frame an independent specimen, for training; no tracks"
    )
    parser.add_argument(
        "--annotate",
        choices=("slices", "frames"),
        default="slices",
        help="segmentation of some slices, as the dataset's annotators made it, or of whole frames",
    )


def run(arguments: argparse.Namespace) -> int:
    """Simulate."""
    find_parameters(arguments.dataset, arguments.sequence)
    from ctc_submission.simulation.simulate import simulate_sequence

    simulate_sequence(
        arguments.folder,
        arguments.dataset,
        frames=arguments.frames,
        seed=arguments.seed,
        sequence=arguments.sequence,
        scale=arguments.scale,
        varied=arguments.varied,
        annotate=arguments.annotate,
    )
    _tell_margin(arguments.dataset, arguments.scale)
    truth = arguments.folder / f"{arguments.sequence}_GT"
    print(f"{arguments.frames} frames in {arguments.folder / arguments.sequence}, reference annotations in {truth}")
    return 0


def _tell_margin(dataset: str, scale: float) -> None:
    """Say so where most of a frame, or all of it, is outside the field of interest, so that little is scored."""
    margin = DATASETS[dataset].field_margin if dataset in DATASETS else 0
    _, height, width = find_parameters(dataset).scaled(scale).shape
    inside = [max(0, side - 2 * margin) for side in (height, width)]
    if 2 * inside[0] * inside[1] < height * width:
        _LOG.warning(
            "%s is scored without a margin of %d pixels, which leaves %d x %d of %d x %d pixels: cells wholly outside "
            "count as errors; a larger --scale leaves more",
            *(dataset, margin, *inside, height, width),
        )
