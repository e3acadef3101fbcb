"""The report: what was run on what, the tables, the pictures."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.paper.budget import Budget
from benchmarks.paper.charts import draw_bars, draw_examples
from benchmarks.paper.curves import draw_curves
from benchmarks.paper.descriptions import (
    describe_budget,
    describe_labels,
    describe_origins,
    describe_same_time,
    describe_scored,
    describe_seeds,
    describe_split,
)
from benchmarks.paper.experiment import EXAMPLE
from benchmarks.paper.findings import Findings, folder_of
from benchmarks.paper.rows import Row
from benchmarks.paper.tables import (
    table_of_curves,
    table_of_decoders,
    table_of_methods,
    table_of_starts,
    title,
)
from benchmarks.paper.verdicts import judge, judge_curves
from ctc_submission.atomic import write_text_atomic

_TEXT = """# The paper's comparisons

Written by `run_scripts/reproduce_paper.sh`. Wagner and Rohr, MIDL 2022: figure 5 and tables 1 to 3.

{warning}

- Data: {data}; {training} slices trained on,
  {tested} tested on, {split} (the paper: 1488 and 372).
- Budget, the same for every row: {epochs} epochs (the paper: 100) of {drawn} slices in batches of {batch}, inputs of
  {size} x {size} pixels (the paper: 384 x 384). Adam; learning rate reduced on plateaus of the tested loss.
  {seeds}{comparators}
- Labels: {labels}.
- Hardware: {hardware}.
- The network after the last epoch is scored. MeanIoU: background and cell, over {scored}
  at the input size. SEG: masks of whole tested frames. PESEG = SEG / parameters * 10^6. Parameters include batch norm's
  running statistics. A sample is one image of the input size. Samples of all rows were timed in turn, epochs during
  training, beside other work on the machine: their times are rough.

## What is the paper's, and what is not

{origins}

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

![MeanIoU, SEG and PESEG of every row: means, and a point for each seed]({bars})

## Curves

{judged_curves}

{curve_table}
Changes are those of the mean of the last fifth of the epochs against the mean of the fifth before. The losses of the
dual U-Net are of another kind than those of the others.

![Validation loss and MeanIoU of every row and seed, epoch by epoch]({curves})

## Examples

One tested slice, seed {first_seed}: the network's input; outlines of reference annotation (green) and prediction
(magenta); the foreground (for the dual U-Net the logistic of its cell distance minus the threshold).

![A tested slice with the prediction of every network]({examples})
"""


def write_report(path: Path, rows: Sequence[Row], findings: Findings, budget: Budget, work: Path) -> None:
    """Write the report and its pictures, ``NAME-bars.png`` and so on beside ``NAME.md``.

    Parameters
    ----------
    path : Path
        A Markdown file; replaced, as the pictures are.
    rows : sequence of Row
        All rows.
    findings : Findings
        What was found so far.
    budget : Budget
        What the rows were given, with whatever seed.
    work : Path
        Folder of the rows' folders.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    results = findings.results
    pictures = {kind: path.with_name(f"{path.stem}-{kind}.png") for kind in ("bars", "curves", "examples")}
    shown = [row for row in rows if row.name in results]
    draw_bars(pictures["bars"], shown, results)
    draw_curves(pictures["curves"], {row.name: title(row) for row in shown}, findings.curves)
    draw_examples(
        pictures["examples"],
        {title(row): folder_of(work, row.name, min(results[row.name])) / EXAMPLE for row in shown},
    )
    every = [result for found in results.values() for result in found.values()]
    training, tested = every[0].training_slices, every[0].tested_slices
    text = _TEXT.format(
        warning=describe_budget(budget, training),
        data=budget.describe_data(),
        training=training,
        tested=tested,
        split=describe_split(budget),
        epochs=budget.epochs,
        drawn=budget.samples_per_epoch or "all",
        batch=budget.batch_size,
        size=budget.input_size,
        seeds=describe_seeds(findings.seeds),
        comparators=describe_same_time(budget),
        labels=describe_labels(budget),
        hardware="; ".join(sorted({result.hardware for result in every})),
        scored=describe_scored(budget, tested),
        origins=describe_origins(budget),
        starts=table_of_starts(rows, results, has_imagenet=budget.has_imagenet),
        verdict=judge(results, budget, training),
        decoders=table_of_decoders(rows, results, findings.times),
        methods=table_of_methods(rows, results, findings.curves),
        judged_curves=judge_curves(findings.curves),
        curve_table=table_of_curves(rows, findings.curves),
        first_seed=findings.seeds[0],
        **{kind: picture.name for kind, picture in pictures.items()},
    )
    write_text_atomic(path, text)
