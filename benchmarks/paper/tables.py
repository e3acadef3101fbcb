"""The paper's tables in Markdown, from the results of the rows: means, and ranges over the seeds."""

import statistics
from collections.abc import Callable, Sequence

from benchmarks.paper.curves import Curves
from benchmarks.paper.findings import Times
from benchmarks.paper.results import Result, Results
from benchmarks.paper.rows import Row
from benchmarks.paper.timing import SampleTime
from ctc_submission.evaluation.measures.peseg import parameter_efficiency

Found = Sequence[Result]
"""Results of a row, one for each seed."""

_COLORS = {"gray": "three copies of the slice", "region": "pseudocolors"}


def table_of_starts(rows: Sequence[Row], results: Results, *, has_imagenet: bool) -> str:
    """Compare starts and colors (the paper's figure 5); say so where ImageNet weights are missing."""
    shown = [row for row in rows if row.name.startswith(("random-", "imagenet-"))]
    lines = [
        [
            "ImageNet" if row.imagenet else "random",
            _COLORS[row.coloring],
            *_cells(row, results, lambda found: [_mean_iou(found), *_describe_seg(found)], missing=not has_imagenet),
        ]
        for row in shown
    ]
    return _table(["start", "input", "MeanIoU", "SEG", "PESEG"], lines)


def table_of_decoders(rows: Sequence[Row], results: Results, times: Times) -> str:
    """Compare decoders (the paper's table 2)."""
    shown = [row for row in rows if row.name == "imagenet-pseudocolor" and row.name in results]
    shown = shown or [row for row in rows if row.name == "random-pseudocolor"]
    shown += [row for row in rows if row.name.startswith("decoder-")]
    header = ["decoder", "its parameters", "MeanIoU", "SEG", "s per epoch"]
    header += ["ms per sample, GPU", "ms per sample, CPU"]
    lines = [
        [
            str(list(row.filters)),
            *_cells(row, results, _describe_decoder),
            *(_describe_time(times[row.name]) if row.name in times else []),
        ]
        for row in shown
    ]
    return _table(header, lines)


def table_of_methods(rows: Sequence[Row], results: Results, curves: Curves) -> str:
    """Compare methods by SEG and by parameters (the paper's tables 1 and 3), and say how long each was trained."""
    names = ("random-pseudocolor", "imagenet-pseudocolor", "unet", "dual-unet")
    lines = [
        [
            title(row),
            *_cells(row, results, _describe_method),
            *(_describe_training(row, curves) if row.name in results else []),
        ]
        for row in rows
        if row.name in names and (row.name in results or not row.imagenet)
    ]
    header = ["method", "parameters", "SEG", "PESEG", "MeanIoU", "s per epoch", "epochs", "s in all"]
    return _table(header, lines)


def table_of_curves(rows: Sequence[Row], curves: Curves) -> str:
    """Say of each row what its curves still gained at the end, and with how many seeds they were flat."""
    lines = []
    for row in rows:
        if found := list(curves.get(row.name, {}).values()):
            flat = sum(bool(curve.is_flat) for curve in found)
            lines.append(
                [
                    title(row),
                    spread([len(curve.losses) for curve in found], "{:.0f}"),
                    spread([curve.losses[-1] for curve in found], "{:.4f}"),
                    spread([100 * curve.loss_change for curve in found], "{:+.1f} %"),
                    spread([curve.mean_iou_change for curve in found], "{:+.4f}"),
                    "too few epochs" if any(curve.is_flat is None for curve in found) else f"{flat} of {len(found)}",
                ]
            )
    return _table(["row", "epochs", "validation loss", "its change", "change of MeanIoU", "flat"], lines)


def title(row: Row) -> str:
    """Name a row for a reader."""
    if row.is_comparator:
        return row.kind
    start = "ImageNet" if row.imagenet else "random"
    colors = "gray" if row.coloring == "gray" else "pseudocolor"
    return f"EfficientCellSeg {row.filters[0]}, {start}, {colors}"


def spread(values: Sequence[float], form: str) -> str:
    """Write a mean, and behind it the range of several values."""
    mean = form.format(statistics.mean(values))
    return f"{mean} ({form.format(min(values))} to {form.format(max(values))})" if len(values) > 1 else mean


def _describe_decoder(found: Found) -> list[str]:
    return [
        f"{found[0].decoder_parameters / 1e6:.2f} M",
        _mean_iou(found),
        _describe_seg(found)[0],
        _epoch_seconds(found),
    ]


def _describe_time(time: SampleTime) -> list[str]:
    return ["no GPU" if time.gpu is None else f"{time.gpu:.1f}", f"{time.cpu:.0f}"]


def _describe_seg(found: Found) -> list[str]:
    efficiencies = [parameter_efficiency(result.seg, result.parameters) for result in found]
    return [spread([result.seg for result in found], "{:.3f}"), spread(efficiencies, "{:.3f}")]


def _describe_method(found: Found) -> list[str]:
    parameters = found[0].parameters
    return [
        f"{parameters / 1e6:.1f} M ({parameters:,})",
        *_describe_seg(found),
        _mean_iou(found),
        _epoch_seconds(found),
    ]


def _describe_training(row: Row, curves: Curves) -> list[str]:
    found = list(curves[row.name].values())
    return [
        spread([len(curve.losses) for curve in found], "{:.0f}"),
        spread([curve.time for curve in found], "{:.0f}"),
    ]


def _mean_iou(found: Found) -> str:
    return spread([result.mean_iou for result in found], "{:.4f}")


def _epoch_seconds(found: Found) -> str:
    return spread([result.epoch_seconds for result in found], "{:.1f}")


def _cells(row: Row, results: Results, describe: Callable[[Found], list[str]], *, missing: bool = False) -> list[str]:
    """Describe a row's results; of one that was not run say so, and whether weights that it needs are missing."""
    if row.name in results:
        return describe(list(results[row.name].values()))
    return [f"not run{': no ImageNet weights' if row.imagenet and missing else ''}"]


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Write a table; short lines are filled up with dashes."""
    filled = [[*line, *["-"] * (len(header) - len(line))] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in [header, ["---"] * len(header), *filled]) + "\n"
