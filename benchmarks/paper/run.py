"""Train and score every row that is not finished, and write the report; called by run_scripts/reproduce_paper.sh."""

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import torch

from benchmarks.paper.budget import Budget
from benchmarks.paper.curves import LOG, read_curve
from benchmarks.paper.experiment import run_row
from benchmarks.paper.findings import Findings, folder_of, read_curves
from benchmarks.paper.report import write_report
from benchmarks.paper.results import Result, Results, load_result, save_result
from benchmarks.paper.rows import Row, list_rows
from benchmarks.paper.timing import time_samples
from ctc_submission.network.architecture import DECODERS, ENCODERS
from ctc_submission.network.devices import choose_device

_LOG = logging.getLogger("paper")
_RESULT = "result.json"
_Training = tuple[Row, int]
"""A row and a seed."""


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments, run what is open, and write the report anew after each training."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    chosen = _parse(arguments)
    try:
        _run(chosen)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"reproduce_paper: {error}\n")
        return 2
    return 0


def _run(chosen: argparse.Namespace) -> None:
    budget, device = _budget(chosen), choose_device(chosen.device)
    rows = _possible(chosen.rows, budget)
    trainings = [(row, seed) for seed in chosen.seeds for row in rows]
    results = _load(trainings, budget, chosen.work)
    lacking = [(row, seed) for row, seed in trainings if seed not in results.get(row.name, {})]
    if chosen.only_report:
        lacking = []

    def report(*, timed: bool) -> None:
        shown = list_rows(budget.has_imagenet)
        times = time_samples([row for row in shown if row.name in results], budget, device) if timed else {}
        findings = Findings(results, read_curves(results, chosen.work), times)
        write_report(chosen.report or chosen.work / "report.md", shown, findings, budget, chosen.work)

    for row, seed in lacking:
        result = _train(row, replace(budget, seed=seed), chosen.work, device)
        results = _add(results, row, seed, result)
        report(timed=(row, seed) == lacking[-1])
    if results and not lacking:
        report(timed=True)


def _budget(chosen: argparse.Namespace) -> Budget:
    package = ENCODERS[chosen.encoder].package
    return Budget(
        data=chosen.data,
        epochs=chosen.epochs,
        input_size=chosen.input_size,
        samples_per_epoch=chosen.samples_per_epoch,
        batch_size=chosen.batch_size,
        encoder_weights=chosen.encoder_weights,
        imagenet=chosen.imagenet or bool(package and find_spec(package)),
        encoder=chosen.encoder,
        decoder=chosen.decoder,
        test_sequences=tuple(chosen.test_sequences),
        test_frames=chosen.test_frames,
        validation_samples=chosen.validation_samples,
        same_time=chosen.same_time,
    )


def _possible(wanted: Sequence[str] | None, budget: Budget) -> list[Row]:
    """List the rows that are wanted and for which there are weights."""
    rows = [row for row in list_rows(budget.has_imagenet) if not wanted or row.name in wanted]
    for row in rows:
        if row.imagenet and not budget.has_imagenet:
            _LOG.info("%s: not run, no ImageNet weights", row.name)
    return [row for row in rows if budget.has_imagenet or not row.imagenet]


def _load(trainings: Sequence[_Training], budget: Budget, work: Path) -> Results:
    """Load the results of the trainings that are finished."""
    results: Results = {}
    for row, seed in trainings:
        if result := load_result(folder_of(work, row.name, seed) / _RESULT, replace(budget, seed=seed)):
            _LOG.info("%s, seed %d: is finished", row.name, seed)
            results = _add(results, row, seed, result)
    return results


def _add(results: Results, row: Row, seed: int, result: Result) -> Results:
    return {**results, row.name: {**results.get(row.name, {}), seed: result}}


def _train(row: Row, budget: Budget, work: Path, device: torch.device) -> Result:
    _LOG.info("%s, seed %d: training", row.name, budget.seed)
    folder = folder_of(work, row.name, budget.seed)
    result = run_row(row, budget, folder, device, _seconds(row, budget, work))
    save_result(folder / _RESULT, result, budget)
    _LOG.info("%s, seed %d: MeanIoU %.4f, SEG %.3f", row.name, budget.seed, result.mean_iou, result.seg)
    return result


def _seconds(row: Row, budget: Budget, work: Path) -> float | None:
    """Return how long a network to compare with is to learn: as long as the reference with the same seed."""
    if not (budget.same_time and row.is_comparator):
        return None
    reference = folder_of(work, budget.reference, budget.seed)
    if not load_result(reference / _RESULT, budget):
        raise FileNotFoundError(
            f"{reference}: no finished training, and {row.name} is to be trained for the same time: train "
            f"{budget.reference} with seed {budget.seed} first, or leave out --same-time"
        )
    return read_curve(reference / LOG).time


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reproduce_paper", description="The paper's tables, trained and scored.")
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with 01, 01_GT/SEG, 02 and 02_GT/SEG")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="trainings and results, kept to go on")
    parser.add_argument("--report", type=Path, metavar="FILE", help="Markdown file; report.md in the folder of --work")
    parser.add_argument("--only-report", action="store_true", help="train nothing: report what is finished")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    names = [row.name for row in list_rows(imagenet=True)]
    parser.add_argument("--rows", nargs="+", choices=names, metavar="ROW", help=f"only these: {', '.join(names)}")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], metavar="S", help="each row is trained with each")
    _add_network(parser)
    _add_budget(parser)
    return parser.parse_args(arguments)


def _add_network(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("EfficientCellSeg")
    group.add_argument("--encoder", choices=ENCODERS, default=Budget.encoder, help="the paper's is the default")
    group.add_argument("--decoder", choices=DECODERS, default=Budget.decoder, help="convolutions of the decoder")
    group.add_argument("--encoder-weights", type=Path, metavar="FILE", help="ImageNet weights, a local .safetensors")
    group.add_argument("--imagenet", action="store_true", help="let timm fetch ImageNet weights")


def _add_budget(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("budget")
    group.add_argument("--epochs", type=int, default=100, help="passes over the training slices; may be raised later")
    group.add_argument("--input-size", type=int, default=384, help="side of the square that networks see, in pixels")
    group.add_argument("--samples-per-epoch", type=int, help="slices drawn for an epoch; all if not given")
    group.add_argument("--batch-size", type=int, default=8, help="slices in a step")
    group.add_argument(
        "--test-sequences", nargs="+", default=(), metavar="NN", help="test on these, train on the others"
    )
    group.add_argument("--test-frames", type=int, metavar="N", help="of each of these, at most; all if not given")
    group.add_argument(
        "--validation-samples", type=int, default=256, metavar="N", help="tested slices that MeanIoU is of, at most"
    )
    group.add_argument(
        "--same-time", action="store_true", help="train the U-Nets for as long as EfficientCellSeg, by the clock"
    )


if __name__ == "__main__":
    sys.exit(main())
