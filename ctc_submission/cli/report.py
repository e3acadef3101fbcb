"""``ctc-submission report``: a page on what was segmented, to open in a browser."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.paths import need_folder, need_frames
from ctc_submission.extras import require_extra

if TYPE_CHECKING:
    from ctc_submission.reporting.source import ReportSource


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.usage = (
        "%(prog)s DATASET_DIR SEQ [SEQ ...] [--results FOLDER] [--output FOLDER]\n"
        "       %(prog)s --frames RECORDING --masks MASKS [--output FOLDER]"
    )
    parser.description = (
        "Write a page (HTML, below 20 MB, no network needed) on the result of a sequence: how it was made and what was "
        "assumed, what looks wrong, cells over time, the most suspicious cells, scores where there are references, and "
        "the lineage of linked masks. Needs the extra 'report': pip install 'ctc-submission[report]'."
    )
    add_source_arguments(parser)
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="folder for SEQ_report.html (default: DATASET_DIR, or beside MASKS)",
    )


def add_source_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments from which `chosen_sources` finds frames and masks."""
    parser.add_argument(
        "words", nargs="*", metavar="DATASET_DIR SEQ", help="folder of the dataset, and its sequences, such as 01"
    )
    parser.add_argument(
        "--results", type=Path, metavar="FOLDER", help="folder of the masks (default: DATASET_DIR/SEQ_RES)"
    )
    parser.add_argument("--frames", type=Path, metavar="RECORDING", help="own data: folder of frames, or one file")
    parser.add_argument("--masks", type=Path, metavar="MASKS", help="own data: folder of its masks")


def chosen_sources(arguments: argparse.Namespace) -> "list[ReportSource]":
    """Find the sequences that the arguments name.

    Raises
    ------
    ValueError
        If they name none, or contradict each other.
    FileNotFoundError
        If frames or masks are missing.
    """
    if arguments.frames or arguments.masks:
        if arguments.words or arguments.results or not (arguments.frames and arguments.masks):
            raise ValueError("expected --frames RECORDING --masks MASKS, both and nothing else, or DATASET_DIR SEQ")
        need_frames(arguments.frames, or_file=True)
        need_folder(arguments.masks, "one with masks")
        from ctc_submission.reporting.source import open_masked_recording

        return [open_masked_recording(arguments.frames, arguments.masks)]
    if len(arguments.words) < 2:
        raise ValueError(f"found '{' '.join(arguments.words)}', expected DATASET_DIR SEQ, such as Fluo-N3DH-CE 01")
    folder, *sequences = arguments.words
    if arguments.results and len(sequences) > 1:
        raise ValueError("--results names one folder, but there are several sequences: report one after the other")
    for sequence in sequences:
        need_frames(Path(folder) / sequence)
        need_folder(arguments.results or Path(folder) / f"{sequence}_RES", "one with masks")
    from ctc_submission.reporting.source import open_dataset

    return [open_dataset(Path(folder), sequence, arguments.results) for sequence in sequences]


def run(arguments: argparse.Namespace) -> int:
    """Write the pages and say where they are."""
    require_extra("report", "report")
    sources = chosen_sources(arguments)
    from ctc_submission.reporting.report import write_reports

    folder = arguments.output or sources[0].dataset_dir or sources[0].masks.resolve().parent
    for path in write_reports(sources, folder, show_progress=True):
        print(f"{path}, {path.stat().st_size / 1e6:.1f} MB")
    return 0
