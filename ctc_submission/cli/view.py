"""``ctc-submission view``: a sequence and its result in napari."""

import argparse

from ctc_submission.cli.report import add_source_arguments, chosen_sources
from ctc_submission.extras import require_extra


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.usage = (
        "%(prog)s DATASET_DIR SEQ [--results FOLDER] [--worst N] [--frame T] [--at Z,Y,X]\n"
        "       %(prog)s --frames RECORDING --masks MASKS [--worst N] [--frame T] [--at Z,Y,X]"
    )
    parser.description = (
        "Open napari with frames (read when they are looked at), masks, references as contours, tracks, and points for "
        "what looks wrong. Needs the extra 'view': pip install 'ctc-submission[view]'."
    )
    add_source_arguments(parser)
    parser.add_argument(
        "--worst",
        type=int,
        default=0,
        metavar="N",
        help="mark the N most suspicious cells and all mistakes against references; every frame is measured first",
    )
    parser.add_argument("--frame", type=int, metavar="T", help="number of the frame to go to")
    parser.add_argument("--at", type=_position, metavar="Z,Y,X", help="position to go to, in voxels")


def run(arguments: argparse.Namespace) -> int:
    """Open napari; return when it is closed."""
    if arguments.worst < 0:
        raise ValueError(f"--worst is {arguments.worst}, expected 0 or more cells")
    sources = chosen_sources(arguments)
    if len(sources) > 1:
        raise ValueError(f"found {len(sources)} sequences, expected one: view one after the other")
    from ctc_submission.viewing.launch import open_viewer
    from ctc_submission.viewing.view import place_of, sequence_layers

    place = place_of(sources[0], arguments.frame, arguments.at)
    require_extra("view", "view")
    layers, first = sequence_layers(sources[0], arguments.worst)
    open_viewer(sources[0].title, layers, place or first)
    return 0


def _position(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}', expected numbers Z,Y,X") from error
