"""``ctc-submission fit``: thresholds and sizes from annotated sequences."""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.machine import add_machine_arguments, chosen_execution
from ctc_submission.cli.segment import add_configuration_arguments, check_configuration_paths, chosen_configuration
from ctc_submission.fitting.metrics import METRICS
from ctc_submission.training.data.source_folders import Source, find_sources
from ctc_submission.training.data.truth import TRUTHS

if TYPE_CHECKING:
    from ctc_submission.fitting.fit import AdjacentMean


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="DATASET_DIR", help="folders with 02, 02_GT/SEG, ...")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.toml", help="the fitted configuration")
    fit = parser.add_argument_group("annotated frames and parameters")
    fit.add_argument(
        "--sequences",
        nargs="+",
        default=["02"],
        metavar="NN",
        help="sequences not trained on, such as 02 or DIR/02; with --validation-fraction, those trained on",
    )
    fit.add_argument(
        "--validation-fraction",
        type=float,
        metavar="SHARE",
        help="fit on the last frames of each sequence, those that train with this share held out; else on all",
    )
    fit.add_argument(
        "--truth", choices=TRUTHS, help="reference annotations that this training was given; GT if not given"
    )
    fit.add_argument("--metric", choices=METRICS, default="SEG", help="what to maximize; OP_CSB = (SEG + DET) / 2")
    fit.add_argument("--most-frames", type=int, metavar="N", help="use N frames of each sequence, spread evenly")
    fit.add_argument(
        "--adjacent-means",
        type=_adjacent_mean,
        nargs="+",
        default=(),
        metavar="SHARE",
        help="try these values of adjacent_mean too, running the networks again; 'truth' for twice the share of the "
        "annotated slices that cells cover",
    )
    fit.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keep the predictions there, to resume or to fit again; else they are deleted",
    )
    add_configuration_arguments(parser)
    add_machine_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fit."""
    check_configuration_paths(arguments)
    find_sources(arguments.folders, arguments.sequences)
    from ctc_submission.fitting.fit import FitParameters, fit_configuration
    from ctc_submission.fitting.record import write_fit

    sources = _sources(arguments)
    parameters = FitParameters(arguments.metric, arguments.most_frames, tuple(arguments.adjacent_means))
    execution = chosen_execution(arguments)
    with _folder(arguments.cache) as folder:
        fit = fit_configuration(sources, chosen_configuration(arguments), parameters, folder, execution)
    write_fit(arguments.output, fit)
    found = fit.found
    print(f"{fit.metric} {found.before:.4f} before, {found.after:.4f} after {found.trials} trials")
    print(f"configuration: {arguments.output}")
    return 0


def _sources(arguments: argparse.Namespace) -> list[Source]:
    """Find the sequences, or those of their frames that a training held out."""
    sources = find_sources(arguments.folders, arguments.sequences)
    if arguments.validation_fraction is not None:
        from ctc_submission.training.data.sources import split_by_frame

        return split_by_frame(sources, arguments.validation_fraction, arguments.truth or "GT")[1]
    if arguments.truth:
        raise ValueError(
            f"--truth is {arguments.truth}, but all frames are fitted on, by gold truth: leave it out, or say by "
            "--validation-fraction which share the training held out"
        )
    return sources


@contextlib.contextmanager
def _folder(cache: Path | None) -> Iterator[Path]:
    """Give the folder of the networks' output: a lasting one, or one that is deleted afterwards."""
    if cache:
        cache.mkdir(parents=True, exist_ok=True)
        yield cache
        return
    with tempfile.TemporaryDirectory(prefix="ctc-submission-fit-") as temporary:
        yield Path(temporary)


def _adjacent_mean(text: str) -> "AdjacentMean":
    return "truth" if text == "truth" else float(text)
