"""``ctc-submission picture``: frame, reference annotation and result side by side."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.paths import need_frames, need_image

if TYPE_CHECKING:
    from ctc_submission.pictures.scene import Scene


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.usage = (
        "%(prog)s DATASET_DIR SEQ OUT.png [--frame N] [--slice Z] [--numbers] [--results FOLDER]\n"
        "       %(prog)s --image FILE --mask FILE [--truth FILE] OUT.png [--slice Z] [--numbers]"
    )
    parser.add_argument(
        "words", nargs="+", metavar="DATASET_DIR SEQ OUT.png", help="folder of the dataset, sequence, file to write"
    )
    parser.add_argument(
        "--frame", type=int, metavar="N", help="frame to draw (default: the first with mask and annotation)"
    )
    parser.add_argument(
        "--slice",
        type=int,
        metavar="Z",
        help="slice to draw (default: the annotated one that agrees least with the result, else the one with the most "
        "cells)",
    )
    parser.add_argument("--numbers", action="store_true", help="write the labels on the cells of the slice")
    parser.add_argument(
        "--results", type=Path, metavar="FOLDER", help="folder of the masks (default: DATASET_DIR/SEQ_RES)"
    )
    parser.add_argument("--image", type=Path, metavar="FILE", help="draw this frame instead of one of a sequence")
    parser.add_argument("--mask", type=Path, metavar="FILE", help="its mask")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="reference annotation of the whole frame")


def run(arguments: argparse.Namespace) -> int:
    """Draw."""
    scene = _read_given_files(arguments) if arguments.image or arguments.mask else _read_sequence(arguments)
    path = Path(arguments.words[-1])
    from ctc_submission.pictures.figure import draw_picture

    z = draw_picture(path, scene, arguments.slice, numbers=arguments.numbers)
    print(f"{scene.name}, slice {z}: {path}")
    return 0


def _read_sequence(arguments: argparse.Namespace) -> "Scene":
    if len(arguments.words) != 3:
        raise ValueError(f"found '{' '.join(arguments.words)}', expected DATASET_DIR SEQ OUT.png")
    if arguments.truth:
        raise ValueError(
            "--truth goes with --image and --mask; the reference annotations of a sequence are looked for in SEQ_GT/SEG"
        )
    dataset_dir, sequence, _ = arguments.words
    need_frames(Path(dataset_dir) / sequence)
    from ctc_submission.pictures.scene_files import read_scene

    return read_scene(Path(dataset_dir), sequence, arguments.results, arguments.frame)


def _read_given_files(arguments: argparse.Namespace) -> "Scene":
    if not (arguments.image and arguments.mask) or len(arguments.words) != 1:
        raise ValueError("expected --image FILE --mask FILE [--truth FILE] OUT.png, and no dataset")
    for path in filter(None, (arguments.image, arguments.mask, arguments.truth)):
        need_image(path)
    from ctc_submission.pictures.scene_files import read_files

    references: dict[int | None, Path] = {None: arguments.truth} if arguments.truth else {}
    return read_files(arguments.image, arguments.mask, references, name=arguments.image.name)
