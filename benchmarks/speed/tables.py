"""The report's tables of frames, in Markdown."""

from collections.abc import Sequence

from benchmarks.speed.agreement import Agreement
from benchmarks.speed.results import DatasetResult
from benchmarks.speed.scaling import Series
from benchmarks.speed.stopwatch import STAGES, START

MIB = 2**20


def write_table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [header, ["---"] * len(header), *lines]) + "\n"


def table_of_frames(results: Sequence[DatasetResult]) -> str:
    """Compare what a frame takes in a run."""
    header = ["dataset", "version", "parameters, millions", "inputs", "s per frame", "frames per minute"]
    header += ["times faster", "start", "cells", "networks"]
    return write_table(header, [_frame_line(result, name) for result in results for name in result.seconds])


def table_of_stages(results: Sequence[DatasetResult]) -> str:
    """Tell what each stage of a frame takes by itself, in seconds."""
    header = ["dataset", "version", *STAGES, "sum", "run, not network"]
    return write_table(header, [_stage_line(result, name) for result in results for name in result.seconds])


def table_of_agreement(results: Sequence[DatasetResult]) -> str:
    """Say whether the per-slice product and the sequential version made the same masks."""
    header = ["dataset", "voxels", "other label", "other foreground", "other cell", "masks"]
    lines = [[result.world.dataset, *_agreement_cells(result.agreement)] for result in results if result.agreement]
    return write_table(header, lines)


def table_of_memory(results: Sequence[DatasetResult]) -> str:
    """Tell the product's peak memory in MiB."""
    lines = [
        [
            result.world.dataset,
            name,
            *[f"{amount / MIB:,.0f}" for amount in (memory.imported, memory.peak, memory.used)],
        ]
        for result in results
        for name, memory in result.memory.items()
    ]
    return write_table(["dataset", "version", "libraries", "peak", "beside libraries"], lines)


def table_of_scaling(scaling: Sequence[Series]) -> str:
    """Tell the times over each quantity, and the line through them."""
    header = ["quantity", "fixed", "sizes", "seconds", "s for one more", "line explains"]
    return write_table(header, [_scaling_line(series) for series in scaling])


def _frame_line(result: DatasetResult, name: str) -> list[str]:
    seconds, version = result.frame_seconds(name), result.versions[name]
    return [
        result.world.dataset,
        name,
        f"{version.parameters / 1e6:.2f}",
        str(version.inputs),
        f"{seconds:.2f}",
        f"{60 / seconds:.1f}",
        f"{result.ratio(name):.1f}",
        f"{result.seconds[name][START]:.2f}",
        "-" if version.cells is None else f"{version.cells:.0f}",
        version.ran_on,
    ]


def _stage_line(result: DatasetResult, name: str) -> list[str]:
    return [
        result.world.dataset,
        name,
        *[f"{result.seconds[name][stage]:.3f}" for stage in STAGES],
        f"{result.stage_sum(name):.2f}",
        f"{100 * result.outside_network(name):.0f} %",
    ]


def _agreement_cells(agreement: Agreement) -> list[str]:
    counts = (agreement.voxels, agreement.labels, agreement.foreground, agreement.cells)
    return [*[f"{count:,}" for count in counts], "identical" if agreement.identical else "differ"]


def _scaling_line(series: Series) -> list[str]:
    return [
        series.quantity,
        series.fixed,
        ", ".join(f"{size:,}".replace(",", " ") for size in series.sizes),
        ", ".join(f"{taken:.2f}" for taken in series.seconds),
        f"{series.line[0]:.3g}",
        f"{100 * series.fit:.2f} %",
    ]
