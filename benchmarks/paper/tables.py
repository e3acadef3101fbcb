"""The paper's tables in Markdown, from the results of the rows."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.paper.results import Result
from benchmarks.paper.rows import Row
from benchmarks.paper.timing import SampleTime
from ctc_submission.evaluation.measures.peseg import parameter_efficiency

Results = Mapping[str, Result]
"""Finished rows by name."""
Times = Mapping[str, SampleTime]
"""What their networks take for a sample."""

_COLORS = {"gray": "three copies of the slice", "region": "pseudocolors"}
_LEAST_DIFFERENCE = 0.0005


def table_of_starts(rows: Sequence[Row], results: Results) -> str:
    """Compare starts and colors (the paper's figure 5)."""
    shown = [row for row in rows if row.name.startswith(("random-", "imagenet-"))]
    lines = [
        [
            "ImageNet" if row.imagenet else "random",
            _COLORS[row.coloring],
            *_cells(row, results, lambda result: [f"{result.mean_iou:.4f}", *_describe_seg(result)]),
        ]
        for row in shown
    ]
    return _table(["start", "input", "MeanIoU", "SEG", "PESEG"], lines)


def table_of_decoders(rows: Sequence[Row], results: Results, times: Times) -> str:
    """Compare decoders (the paper's table 2)."""
    shown = [row for row in rows if row.name == "imagenet-pseudocolor" and row.name in results]
    shown = shown or [row for row in rows if row.name == "random-pseudocolor"]
    shown += [row for row in rows if row.name.startswith("decoder-")]
    header = ["decoder", "its parameters", "MeanIoU", "s per epoch", "ms per sample, GPU", "ms per sample, CPU"]
    lines = [
        [
            str(list(row.filters)),
            *_cells(row, results, _describe_decoder),
            *(_describe_time(times[row.name]) if row.name in times else []),
        ]
        for row in shown
    ]
    return _table(header, lines)


def table_of_methods(rows: Sequence[Row], results: Results) -> str:
    """Compare methods by SEG and by parameters (the paper's tables 1 and 3)."""
    names = ("random-pseudocolor", "imagenet-pseudocolor", "unet", "dual-unet")
    lines = [
        [title(row), *_cells(row, results, _describe_method)]
        for row in rows
        if row.name in names and (row.name in results or not row.imagenet)
    ]
    return _table(["method", "parameters", "SEG", "PESEG", "MeanIoU", "s per epoch"], lines)


def judge_colors(results: Results) -> str:
    """Say in a sentence for each start whether pseudocolors beat gray copies."""
    sentences = []
    for start in ("random", "imagenet"):
        gray, colored = results.get(f"{start}-gray"), results.get(f"{start}-pseudocolor")
        if gray and colored:
            gain = colored.mean_iou - gray.mean_iou
            verdict = "beat" if gain > _LEAST_DIFFERENCE else "do not beat"
            name = "ImageNet" if start == "imagenet" else "random"
            sentences.append(f"From the {name} start pseudocolors **{verdict}** gray copies: MeanIoU {gain:+.4f}.")
    return " ".join(sentences) or "Pseudocolors and gray copies were not both run."


def title(row: Row) -> str:
    """Name a row for a reader."""
    if row.kind != "EfficientCellSeg":
        return row.kind
    start = "ImageNet" if row.imagenet else "random"
    colors = "gray" if row.coloring == "gray" else "pseudocolor"
    return f"EfficientCellSeg {row.filters[0]}, {start}, {colors}"


def _describe_decoder(result: Result) -> list[str]:
    return [f"{result.decoder_parameters / 1e6:.2f} M", f"{result.mean_iou:.4f}", f"{result.epoch_seconds:.1f}"]


def _describe_time(time: SampleTime) -> list[str]:
    return ["no GPU" if time.gpu is None else f"{time.gpu:.1f}", f"{time.cpu:.0f}"]


def _describe_seg(result: Result) -> list[str]:
    return [f"{result.seg:.3f}", f"{parameter_efficiency(result.seg, result.parameters):.3f}"]


def _describe_method(result: Result) -> list[str]:
    return [
        f"{result.parameters / 1e6:.1f} M ({result.parameters:,})",
        *_describe_seg(result),
        f"{result.mean_iou:.4f}",
        f"{result.epoch_seconds:.1f}",
    ]


def _cells(row: Row, results: Results, describe: Callable[[Result], list[str]]) -> list[str]:
    if row.name in results:
        return describe(results[row.name])
    return [f"not run{': no ImageNet weights' if row.imagenet else ''}"]


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Write a table; short lines are filled up with dashes."""
    filled = [[*line, *["-"] * (len(header) - len(line))] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in [header, ["---"] * len(header), *filled]) + "\n"
