"""``ctc-submission package``: executables and results, laid out for the upload."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.paths import need_folder
from ctc_submission.resources import models_folder, resources_folder
from ctc_submission.submission.naming import TRAINING_CONFIGURATIONS, Run
from ctc_submission.submission.packaging.packed_executables import find_runs

if TYPE_CHECKING:
    from ctc_submission.submission.packaging.submission import Submission

_FOUND_ERRORS = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.description = (
        "Pack executables, code, weights and requirements into SW.zip, lay results out beside it as for the upload, "
        "and write checksums. All is checked first (see ctc-submission validate); with errors nothing is written."
    )
    parser.add_argument("output", type=Path, metavar="OUTPUT_DIR", help="a new folder")
    parser.add_argument("--datasets", nargs="+", required=True, metavar="NAME", help="datasets, such as Fluo-N3DL-TRIC")
    parser.add_argument("--sequences", nargs="+", metavar="SEQ", help="sequences, such as 01 02 (default: all)")
    parser.add_argument(
        "--config", choices=TRAINING_CONFIGURATIONS, help="generalizable submission: what the weights were trained on"
    )
    parser.add_argument(
        "--results",
        nargs="+",
        type=Path,
        default=[],
        metavar="DATASET_DIR",
        help="folders whose masks SEQ_RES[-CONFIG] are uploaded, too",
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=models_folder(),
        metavar="FOLDER",
        help="folder of the weights, named as in the executables",
    )
    parser.add_argument(
        "--executables",
        type=Path,
        default=resources_folder() / "SW",
        metavar="FOLDER",
        help="folder of the executables, with _setup.sh, if not those of the repository",
    )
    parser.add_argument(
        "--wheels", type=Path, metavar="FOLDER",
        help="pack the wheels of requirements.txt as well, for machines without a connection: pip downloads the "
        "wheels into FOLDER, for this Python on this platform",
    )  # fmt: skip
    parser.add_argument(
        "--validate", action=argparse.BooleanOptionalAction, default=True, help="check everything first"
    )


def run(arguments: argparse.Namespace) -> int:
    """Plan, check, write; return 1 if there are errors."""
    runs = _find_runs(arguments)
    need_folder(arguments.models, "the weights that the executables name")
    for folder in arguments.results:
        need_folder(folder, "a dataset's with results in 01_RES, 02_RES")
    from ctc_submission.submission.findings import format_findings, has_errors
    from ctc_submission.submission.packaging.submission import ARCHIVE, check_submission, write_submission

    submission = _plan(arguments, runs)
    if arguments.validate:
        findings = check_submission(submission)
        print(format_findings(findings))
        if has_errors(findings):
            print("nothing was written: mend the errors, or add --no-validate")
            return _FOUND_ERRORS
    write_submission(submission, arguments.output)
    print(f"{arguments.output / ARCHIVE}: {len(submission.runs)} executables, {len(submission.software.files)} files")
    for each in submission.results:
        print(f"{arguments.output / each.run.upload_folder}: {len(each.files)} files")
    return 0


def _find_runs(arguments: argparse.Namespace) -> list[Run]:
    return [
        run
        for dataset in dict.fromkeys(arguments.datasets)
        for run in find_runs(arguments.executables, dataset, arguments.sequences, arguments.config)
    ]


def _plan(arguments: argparse.Namespace, runs: Sequence[Run]) -> "Submission":
    from ctc_submission.submission.packaging.collection import Sources
    from ctc_submission.submission.packaging.submission import plan_submission
    from ctc_submission.submission.packaging.wheels import download_wheels

    sources = Sources(models=arguments.models, executables=arguments.executables)
    if arguments.wheels:
        wheels = download_wheels(sources.repository / "requirements.txt", arguments.wheels)
        sources = replace(sources, wheels=tuple(wheels))
    return plan_submission(sources, runs, arguments.results)
