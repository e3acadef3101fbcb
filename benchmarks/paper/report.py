"""The report: what was run on what, the tables, the pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.paper.budget import Budget
from benchmarks.paper.charts import draw_bars, draw_examples
from benchmarks.paper.experiment import EXAMPLE
from benchmarks.paper.results import Result
from benchmarks.paper.rows import Row
from benchmarks.paper.tables import Times, judge_colors, table_of_decoders, table_of_methods, table_of_starts, title
from ctc_submission.atomic import write_text_atomic

_FULL = Budget(Path())
_FEW = 1000  # slices seen, below which no network has learned anything

_TEXT = """# The paper's comparisons

Written by `run_scripts/reproduce_paper.sh`. Wagner and Rohr, MIDL 2022: figure 5 and tables 1 to 3.

{warning}

- Data: {data}; {training} slices trained on,
  {tested} tested on, the last fifth of each sequence's frames, at least one (the paper: 1488 and 372).
- Budget, the same for every row: {epochs} epochs (the paper: 100) of {drawn} slices in batches of {batch}, inputs of
  {size} x {size} pixels (the paper: 384 x 384). Adam; learning rate reduced on plateaus of the tested loss.
  One run, one seed ({seed}): small differences may be chance.
- Hardware: {hardware}.
- The network after the last epoch is scored. MeanIoU: background and cell, over the tested slices at the input
  size. SEG: masks of whole tested frames. PESEG = SEG / parameters * 10^6. Parameters include batch norm's running
  statistics. A sample is one image of the input size. Samples of all rows were timed in turn, epochs during training,
  beside other work on the machine: their times are rough.

## Initial weights and pseudocolors (figure 5)

{starts}
{verdict}

## Decoders (table 2)

{decoders}
The paper reports 0.9007, 0.9003 and 0.9042, so a larger decoder does not help; 79.5 ms on a Tesla P100, 334 ms on
a Xeon. It states 4.8 M and 12.5 M parameters for the larger two, which do not follow from its published architecture.

## Methods (tables 1 and 3)

{methods}
The U-Net has 64 to 1024 filters, batch norm and bilinear upsampling without a convolution of its own, which gives
31.4 M parameters; with transposed convolutions it would be 31.1 M. The dual U-Net is KIT-Sch-GE's: one encoder
with strided convolutions, two decoders with transposed convolutions for the distance to the cell's boundary and to its
neighbors, smooth L1 loss, labels by a watershed. Both see three copies of the slice and start at random.

The paper, on the challenge's own A549-SIM: 4 x 3D U-Net 176.0 M, SEG 0.955, PESEG 0.005; EfficientCellSeg 6.7 M, 0.951,
0.142.

![MeanIoU, SEG and PESEG of every row]({bars})

## Examples

One tested slice: the network's input; outlines of reference annotation (green) and prediction (magenta); the
foreground (for the dual U-Net the logistic of its cell distance minus the threshold).

![A tested slice with the prediction of every network]({examples})
"""


def write_report(
    path: Path, rows: Sequence[Row], results: Mapping[str, Result], times: Times, budget: Budget, work: Path
) -> None:
    """Write the report and its pictures, ``NAME-bars.png`` and ``NAME-examples.png`` beside ``NAME.md``.

    Parameters
    ----------
    path : Path
        A Markdown file; replaced, as the pictures are.
    rows : sequence of Row
        All rows.
    results : mapping of str to Result
        Of the finished rows, at least one.
    times : mapping of str to SampleTime
        Of the same rows.
    budget : Budget
        What they were given.
    work : Path
        Folder of the rows' folders.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    bars, examples = (path.with_name(f"{path.stem}-{kind}.png") for kind in ("bars", "examples"))
    draw_bars(bars, rows, results)
    draw_examples(examples, {title(row): work / row.name / EXAMPLE for row in rows if row.name in results})
    first = next(iter(results.values()))
    text = _TEXT.format(
        warning=describe_budget(budget, first.training_slices),
        data=budget.describe_data(),
        training=first.training_slices,
        tested=first.tested_slices,
        epochs=budget.epochs,
        drawn=budget.samples_per_epoch or "all",
        batch=budget.batch_size,
        size=budget.input_size,
        seed=budget.seed,
        hardware="; ".join(sorted({result.hardware for result in results.values()})),
        starts=table_of_starts(rows, results),
        verdict=judge(results, budget, first.training_slices),
        decoders=table_of_decoders(rows, results, times),
        methods=table_of_methods(rows, results),
        bars=bars.name,
        examples=examples.name,
    )
    write_text_atomic(path, text)


def describe_budget(budget: Budget, training_slices: int) -> str:
    """Say how the budget compares to the paper's, where there were so many slices to train on."""
    if _is_full(budget):
        return "The paper's budget."
    if _is_tiny(budget, training_slices):
        return (
            "**A smaller budget than the paper's: this run only shows that everything works.\n"
            "Its numbers say nothing about the quality or speed of the methods.**"
        )
    return "**A smaller budget than the paper's: it shows what the methods reach with little training.**"


def judge(results: Mapping[str, Result], budget: Budget, training_slices: int) -> str:
    """Say whether pseudocolors beat gray copies, as far as the budget allows."""
    if _is_tiny(budget, training_slices):
        return "No verdict at this budget."
    return judge_colors(results) + ("" if _is_full(budget) else " That is within this budget, and of one seed.")


def _is_full(budget: Budget) -> bool:
    return budget.epochs >= _FULL.epochs and budget.input_size >= _FULL.input_size and not budget.samples_per_epoch


def _is_tiny(budget: Budget, training_slices: int) -> bool:
    return budget.epochs * (budget.samples_per_epoch or training_slices) < _FEW
