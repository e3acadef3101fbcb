"""``ctc-submission download``: a dataset's training or test data."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.download.archives import BASE_URL, Archive, Part

if TYPE_CHECKING:
    from ctc_submission.download.dataset import Download

_DESCRIPTION = """Fetch a dataset's training or test data from the challenge's address, check it and unpack it.

Training data goes to FOLDER/training/DATASET, test data to FOLDER/test/DATASET: both archives hold a folder
DATASET, with sequences of the same names. Beside it, DATASET.json records address and checksum. A folder that
is there already is left alone. What has arrived when a connection breaks, or the command is stopped, is kept,
and the same command goes on from there. SHA-256 sums are known for the training data of Fluo-C3DL-MDA231,
Fluo-N3DL-TRIC and Fluo-C3DH-A549-SIM."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = _DESCRIPTION
    parser.add_argument("dataset", metavar="DATASET", help="the challenge's name, such as Fluo-C3DL-MDA231")
    part = parser.add_mutually_exclusive_group()
    part.add_argument(
        "--training", dest="parts", action="store_const", const=["training"], help="with truth (the default)"
    )
    part.add_argument("--test", dest="parts", action="store_const", const=["test"], help="without truth, to submit")
    part.add_argument("--all", dest="parts", action="store_const", const=["training", "test"], help="both")
    parser.add_argument("--to", type=Path, default=Path("data"), metavar="FOLDER", help="where to (default: data)")
    parser.add_argument("--base-url", default=BASE_URL, metavar="URL", help=f"another address than {BASE_URL}")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--any-checksum", action="store_true", help="take an archive with another checksum than known")


def run(arguments: argparse.Namespace) -> int:
    """Look up, ask, fetch."""
    parts: list[Part] = arguments.parts or ["training"]
    archives = [Archive(arguments.dataset, part, arguments.base_url) for part in parts]
    from ctc_submission.download.dataset import Destination, plan, run_download
    from ctc_submission.download.transfer import TransferParameters

    parameters = TransferParameters()
    places = [Destination(archive, arguments.to) for archive in archives]
    done = [place for place in places if place.is_done()]
    for place in done:
        print(f"{place.folder} is there already; {place.record} tells when it was downloaded")
    downloads = [plan(place, parameters) for place in places if place not in done]
    for download in downloads:
        print(_describe(download))
    if not downloads or not (arguments.yes or _confirmed(arguments.to)):
        return 0
    for download in downloads:
        downloaded = run_download(download, parameters, arguments.any_checksum)
        print(f"{downloaded.files} files in {download.place.folder}")
        print(f"SHA-256 {downloaded.sha256}, {_verdict(download, downloaded.sha256)}")
    return 0


def _describe(download: "Download") -> str:
    from ctc_submission.download.space import format_size

    size = "size not told" if download.remote.size is None else format_size(download.remote.size)
    arrived = f", {format_size(download.arrived)} of it are here" if download.arrived else ""
    return f"{download.remote.url}: {size}{arrived}; to {download.place.folder}"


def _confirmed(folder: Path) -> bool:
    from ctc_submission.download.space import format_size, free_space

    if not sys.stdin.isatty():
        raise ValueError("no terminal to ask at: add --yes to download")
    return input(f"{format_size(free_space(folder))} are free. Download? [y/N] ").strip().lower() in ("y", "yes")


def _verdict(download: "Download", sha256: str) -> str:
    known = download.place.archive.sha256
    if known is None:
        return "recorded: no checksum is known to compare it with"
    return "as expected" if sha256 == known else f"not the expected {known}"
