"""``ctc-submission participate``: from download to upload."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.download.archives import BASE_URL
from ctc_submission.extras import require_extra
from ctc_submission.network.architecture import NETWORKS
from ctc_submission.participation.entry import CONFIGURATIONS, Participation

if TYPE_CHECKING:
    from ctc_submission.participation.steps import Step, StepLog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.description = (
        "Download a dataset, train from ImageNet weights, fit thresholds on held-out frames, score by leaving one "
        "sequence out, segment the test data, validate and pack. Each step says what it takes; the same command "
        "resumes."
    )
    parser.add_argument("dataset", metavar="DATASET", help="the challenge's name, such as Fluo-C3DL-MDA231")
    parser.add_argument(
        "--config",
        choices=CONFIGURATIONS,
        help="a generalizable submission, trained on gold, silver or both reference annotations; if not given, a "
        "regular one, trained on gold",
    )
    parser.add_argument(
        "--network",
        choices=NETWORKS,
        default="lite0",
        help="what is trained: EfficientNet-Lite0 with a separable decoder, or EfficientNet-B5 as published",
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="FOLDER",
        help="trainings, results, executables and upload; runs/DATASET[-CONFIG]-NETWORK if not given",
    )
    parser.add_argument("--to", type=Path, default=Participation.data, metavar="FOLDER", help="folder of the downloads")
    parser.add_argument("--base-url", default=BASE_URL, metavar="URL", help="where the archives are")
    parser.add_argument("--any-checksum", action="store_true", help="take an archive with another checksum than known")
    parser.add_argument("--epochs", type=int, default=Participation.epochs, help="epochs of each training")
    parser.add_argument(
        "--samples-per-epoch", type=int, default=Participation.samples, metavar="N", help="samples of an epoch"
    )
    parser.add_argument(
        "--train-options",
        default="",
        metavar="'--OPTION ...'",
        help="further options of train, in one word, such as '--encoder-weights FILE'; the last one counts",
    )
    parser.add_argument(
        "--scores",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="score by leaving one sequence out, which takes two more trainings",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--yes", action="store_true", help="do not ask before it starts")


def run(arguments: argparse.Namespace) -> int:
    """Say what it takes, ask, and take one step after the other."""
    entry = _entry(arguments)
    require_extra("train", "participate")
    from ctc_submission.participation.plan import plan_steps
    from ctc_submission.participation.steps import StepLog

    steps = plan_steps(entry)
    progress = StepLog(entry.work / "steps", steps)
    if not all(map(progress.is_done, steps)):
        for line in _costs(entry, progress):
            print(line)
        if not (arguments.yes or _confirmed()):
            return 0
    for number, step in enumerate(steps, start=1):
        if status := _take(step, f"{number} of {len(steps)}, {step.name}: {step.title}", progress):
            return status
    _conclude(entry)
    return 0


def _entry(arguments: argparse.Namespace) -> Participation:
    name = "-".join(filter(None, (find_dataset(arguments.dataset).name, arguments.config, arguments.network)))
    return Participation(
        dataset=arguments.dataset,
        work=arguments.work or Path("runs") / name,
        config=arguments.config,
        network=arguments.network,
        data=arguments.to,
        base_url=arguments.base_url,
        epochs=arguments.epochs,
        samples=arguments.samples_per_epoch,
        device=arguments.device,
        scores=arguments.scores,
        any_checksum=arguments.any_checksum,
        train_options=tuple(shlex.split(arguments.train_options)),
    )


def _costs(entry: Participation, progress: "StepLog") -> list[str]:
    """Say what is left and what it takes, as far as that is known before the data are here."""
    from ctc_submission.download.dataset import plan
    from ctc_submission.download.space import format_size, free_space
    from ctc_submission.download.transfer import TransferParameters
    from ctc_submission.participation.costs import training_cost

    left = [step for step in progress.steps if not progress.is_done(step)]
    lines = [f"{entry.dataset}, {entry.work}: {len(left)} of {len(progress.steps)} steps are left"]
    for part in ("training", "test"):
        place = entry.destination(part)
        if not place.is_done():
            download = plan(place, TransferParameters())
            size = download.remote.size
            told = (
                "size not told" if size is None else f"{format_size(size - download.arrived)}, as much again unpacked"
            )
            lines.append(f"download: {download.remote.url}, {told}")
    if trainings := sum(step.name.startswith("train-") for step in left):
        lines.append(f"training: {training_cost(entry, trainings)}")
    lines.append(f"thresholds and masks: each step says what it takes; {format_size(free_space(entry.work))} are free")
    return lines


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise ValueError("no terminal to ask at: add --yes to start")
    return input("Start? [y/N] ").strip().lower() in ("y", "yes")


def _take(step: "Step", title: str, progress: "StepLog") -> int:
    """Take a step unless it is done; return the exit status of a command that fails."""
    if progress.is_done(step):
        print(f"== {title}: was done before", flush=True)
        return 0
    print(f"== {title}", flush=True)
    progress.begin(step)
    if step.prepare:
        step.prepare()
    if step.cost:
        print(step.cost(), flush=True)
    if status := _call(step.commands):
        return status
    progress.end(step)
    return 0


def _call(commands: Sequence[Sequence[str]]) -> int:
    from ctc_submission.cli import main

    for command in commands:
        print(f"ctc-submission {shlex.join(command)}", flush=True)
        if status := main(command):
            return status
    return 0


def _conclude(entry: Participation) -> None:
    """Say how well it does, and what to do next."""
    from ctc_submission.participation.fold_scores import format_scores, read_fold_scores

    if scores := read_fold_scores(entry):
        print(format_scores(scores))
    print(f"{entry.upload}: ready for the upload, see docs/submitting.md")
