"""Train and score every row that is not finished, and write the report; called by run_scripts/reproduce_paper.sh."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from benchmarks.paper.budget import Budget
from benchmarks.paper.experiment import run_row
from benchmarks.paper.report import write_report
from benchmarks.paper.results import Result, load_result, save_result
from benchmarks.paper.rows import Row, list_rows
from benchmarks.paper.timing import time_samples
from ctc_submission.network.devices import choose_device

_LOG = logging.getLogger("paper")
_RESULT = "result.json"


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments, run what is open, and write the report anew after each row."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    chosen = _parse(arguments)
    try:
        _run(chosen)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"reproduce_paper: {error}\n")
        return 2
    return 0


def _run(chosen: argparse.Namespace) -> None:
    budget = Budget(
        data=chosen.data,
        epochs=chosen.epochs,
        input_size=chosen.input_size,
        samples_per_epoch=chosen.samples_per_epoch,
        batch_size=chosen.batch_size,
        seed=chosen.seed,
        encoder_weights=chosen.encoder_weights,
        imagenet=chosen.imagenet,
    )
    device = choose_device(chosen.device)
    rows = list_rows(budget.has_imagenet)
    wanted = [row for row in rows if not chosen.rows or row.name in chosen.rows]
    possible = [row for row in wanted if budget.has_imagenet or not row.imagenet]
    for row in wanted:
        if row not in possible:
            _LOG.info("%s: not run, no ImageNet weights", row.name)
    results = _load(possible, budget, chosen.work)
    lacking = [row for row in possible if row.name not in results]

    def report() -> None:
        times = time_samples([row for row in rows if row.name in results], budget.input_size, device)
        write_report(chosen.report or chosen.work / "report.md", rows, results, times, budget, chosen.work)

    for row in lacking:
        results[row.name] = _train(row, budget, chosen.work / row.name, device)
        report()
    if results and not lacking:
        report()


def _load(rows: Sequence[Row], budget: Budget, work: Path) -> dict[str, Result]:
    """Load the results of the rows that are finished."""
    results: dict[str, Result] = {}
    for row in rows:
        if result := load_result(work / row.name / _RESULT, budget):
            _LOG.info("%s: is finished", row.name)
            results[row.name] = result
    return results


def _train(row: Row, budget: Budget, folder: Path, device: torch.device) -> Result:
    _LOG.info("%s: training", row.name)
    result = run_row(row, budget, folder, device)
    save_result(folder / _RESULT, result, budget)
    _LOG.info("%s: MeanIoU %.4f, SEG %.3f", row.name, result.mean_iou, result.seg)
    return result


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reproduce_paper", description="The paper's tables, trained and scored.")
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with 01, 01_GT/SEG, 02 and 02_GT/SEG")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="trainings and results, kept to go on")
    parser.add_argument("--report", type=Path, metavar="FILE", help="Markdown file; report.md in the folder of --work")
    parser.add_argument("--epochs", type=int, default=100, help="passes over the training slices")
    parser.add_argument("--input-size", type=int, default=384, help="side of the square that networks see, in pixels")
    parser.add_argument("--samples-per-epoch", type=int, help="slices drawn for an epoch; all if not given")
    parser.add_argument("--batch-size", type=int, default=8, help="slices in a step")
    parser.add_argument("--seed", type=int, default=0, help="start of all chance")
    parser.add_argument("--encoder-weights", type=Path, metavar="FILE", help="ImageNet weights, a local .safetensors")
    parser.add_argument("--imagenet", action="store_true", help="let timm fetch ImageNet weights")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    names = [row.name for row in list_rows(imagenet=True)]
    parser.add_argument("--rows", nargs="+", choices=names, metavar="ROW", help=f"only these: {', '.join(names)}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
