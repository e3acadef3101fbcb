"""``ctc-submission validate``: what the organizers would refuse or misread, before they see it."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.cli.paths import need_folder
from ctc_submission.submission.naming import TRAINING_CONFIGURATIONS, Run

if TYPE_CHECKING:
    from ctc_submission.submission.findings import Finding

_FOUND_ERRORS = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.usage = (
        "%(prog)s DATASET_DIR SEQ [SEQ ...] [--results FOLDER] [--sw SW] [--json FILE]\n"
        "       %(prog)s SUBMISSION_DIR [--data FOLDER] [--json FILE]"
    )
    parser.description = (
        "Find what the organizers' software would refuse, misread or not run. Exit status: 0 without errors, 1 with "
        "errors, 2 if there is nothing to look at."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a dataset's folder, or a whole submission")
    parser.add_argument(
        "sequences", nargs="*", metavar="SEQ", help="sequences such as 01; without any, FOLDER is a whole submission"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the findings as JSON, too")
    of_sequence = parser.add_argument_group("results of a sequence")
    of_sequence.add_argument(
        "--results", type=Path, metavar="FOLDER", help="folder of the masks (default: DATASET_DIR/SEQ_RES)"
    )
    of_sequence.add_argument(
        "--config", choices=TRAINING_CONFIGURATIONS, help="generalizable results: check SEQ_RES-CONFIG"
    )
    of_sequence.add_argument(
        "--digits", type=int, help="digits of the frame number in file names (default: those of the frames)"
    )
    of_sequence.add_argument("--dataset", help="name of the dataset (default: that of its folder)")
    of_sequence.add_argument("--sw", type=Path, metavar="SW", help="check the executables in this folder or zip, too")
    of_upload = parser.add_argument_group("whole submission")
    of_upload.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="folder of the datasets, with their frames (default: SUBMISSION_DIR)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check, print, write; return 1 if there are errors."""
    _check_arguments(arguments)
    from ctc_submission.atomic import write_text_atomic
    from ctc_submission.submission.findings import findings_as_json, format_findings, has_errors

    findings = _validate_sequences(arguments) if arguments.sequences else _validate_upload(arguments)
    if arguments.json:
        write_text_atomic(arguments.json, findings_as_json(findings))
    print(format_findings(findings))
    return _FOUND_ERRORS if has_errors(findings) else 0


def _check_arguments(arguments: argparse.Namespace) -> None:
    """Check that the options go together, and that there is something to look at."""
    if not arguments.sequences:
        for name in ("results", "config", "digits", "dataset", "sw"):
            if getattr(arguments, name) is not None:
                raise ValueError(f"--{name} goes with a dataset's folder and a sequence, but no sequence was named")
        need_folder(arguments.folder, "a submission with SW and result folders")
        return
    if arguments.data:
        raise ValueError("--data goes with a whole submission; the frames of a sequence are in DATASET_DIR/SEQ")
    if arguments.results and len(arguments.sequences) > 1:
        raise ValueError("--results names one folder, but there are several sequences: check one after the other")
    for run in _runs(arguments):
        need_folder(_results(arguments, run), "the masks maskT.tif of the results there")


def _validate_upload(arguments: argparse.Namespace) -> "list[Finding]":
    from ctc_submission.submission.validation.upload import validate_upload

    return validate_upload(arguments.folder, arguments.data, show_progress=True)


def _validate_sequences(arguments: argparse.Namespace) -> "list[Finding]":
    from ctc_submission.challenge.run_record import find_record
    from ctc_submission.submission.software import read_software
    from ctc_submission.submission.validation.result_folder import open_results
    from ctc_submission.submission.validation.results_validation import validate_results
    from ctc_submission.submission.validation.software_validation import validate_software

    runs = _runs(arguments)
    findings: list[Finding] = []
    for each in runs:
        results = _results(arguments, each)
        opened = open_results(results, arguments.folder / each.sequence, each.dataset, arguments.digits)
        findings += validate_results(opened, record=find_record(results), show_progress=True)
    return findings + (validate_software(read_software(arguments.sw), runs) if arguments.sw else [])


def _runs(arguments: argparse.Namespace) -> list[Run]:
    dataset = find_dataset(arguments.dataset).name if arguments.dataset else arguments.folder.resolve().name
    return [Run(dataset, sequence, arguments.config) for sequence in arguments.sequences]


def _results(arguments: argparse.Namespace, run: Run) -> Path:
    return arguments.results or arguments.folder / run.results
