"""The report's tables, in Markdown."""

from collections.abc import Sequence

from benchmarks.speed.agreement import Agreement
from benchmarks.speed.contenders import TOTAL
from benchmarks.speed.floor import Floor
from benchmarks.speed.gpu import Gpu
from benchmarks.speed.results import SEQUENTIAL, DatasetResult
from benchmarks.speed.scaling import Series
from benchmarks.speed.stopwatch import STAGES, START

_MIB = 2**20


def table_of_frames(results: Sequence[DatasetResult]) -> str:
    """Compare what a frame takes in a run."""
    header = ["dataset", "version", "s per frame", "times faster", "frames/s", "slices/s", "start", "run", "networks"]
    return _table(header, [_frame_line(result, name) for result in results for name in result.seconds])


def table_of_stages(results: Sequence[DatasetResult]) -> str:
    """Tell what each stage of a frame takes by itself, in seconds."""
    header = ["dataset", "version", *STAGES, "sum", "network's share", "run, not network"]
    return _table(header, [_stage_line(result, name) for result in results for name in result.seconds])


def table_of_agreement(results: Sequence[DatasetResult]) -> str:
    """Say whether the faithful product and the sequential version made the same masks."""
    header = ["dataset", "voxels", "other label", "other foreground", "other cell", "masks"]
    return _table(header, [[result.world.dataset, *_agreement_cells(result.agreement)] for result in results])


def table_of_memory(results: Sequence[DatasetResult]) -> str:
    """Tell the product's peak memory in MiB."""
    header = ["dataset", "libraries", "networks ready", "peak", "beside libraries", "GPU"]
    return _table(header, [_memory_line(result) for result in results])


def table_of_floor(floors: Sequence[Floor], results: Sequence[DatasetResult]) -> str:
    """Tell the machine's rates, and what the networks take of an input beside them."""
    lines = [
        [
            f"matrix product, {floor.device}, {floor.precision}",
            f"{floor.flop_per_second / 1e9:,.{0 if floor.flop_per_second > 1e10 else 2}f}",
            f"{1000 * floor.seconds_per_input:.2f}",
        ]
        for floor in floors
    ]
    for result in results:
        for name, seconds in result.seconds.items():
            lines.append([f"{result.world.dataset}, {name}", "-", f"{1000 * seconds['network'] / result.inputs:.2f}"])
    return _table(["", "GFLOP/s", "ms per input"], lines)


def table_of_gpu(gpu: Gpu) -> str:
    """Tell what was measured on a GPU."""
    lines = [[f"ms per input, batch {batch}", f"{taken:.3f}"] for batch, taken in gpu.milliseconds.items()]
    busy = "nvidia-smi is missing" if gpu.busy is None else f"{100 * gpu.busy:.0f} %"
    return _table([gpu.name, ""], [*lines, ["busy in a run", busy]])


def table_of_scaling(scaling: Sequence[Series]) -> str:
    """Tell the times over each quantity, and the line through them."""
    header = ["quantity", "fixed", "sizes", "seconds", "s for one more", "line explains"]
    return _table(header, [_scaling_line(series) for series in scaling])


def _frame_line(result: DatasetResult, name: str) -> list[str]:
    seconds = result.frame_seconds(name)
    return [
        result.world.dataset,
        name,
        f"{seconds:.2f}",
        "1" if name == SEQUENTIAL else f"{result.ratio(name):.1f}",
        f"{1 / seconds:.2f}",
        f"{result.world.shape[0] / seconds:.1f}",
        f"{result.seconds[name][START]:.2f}",
        f"{result.seconds[name][TOTAL]:.2f}",
        result.ran_on[name],
    ]


def _stage_line(result: DatasetResult, name: str) -> list[str]:
    return [
        result.world.dataset,
        name,
        *[f"{result.seconds[name][stage]:.3f}" for stage in STAGES],
        f"{result.stage_sum(name):.2f}",
        f"{100 * result.network_share(name):.0f} %",
        f"{100 * result.outside_network(name):.0f} %",
    ]


def _agreement_cells(agreement: Agreement | None) -> list[str]:
    if agreement is None:
        return ["-", "-", "-", "-", "not compared: colors differ"]
    verdict = "identical" if agreement.identical else "differ"
    counts = (agreement.voxels, agreement.labels, agreement.foreground, agreement.cells)
    return [*[f"{count:,}" for count in counts], verdict]


def _memory_line(result: DatasetResult) -> list[str]:
    memory = result.memory
    host = [memory.imported, memory.ready, memory.peak, memory.used]
    device = "-" if memory.device is None else f"{memory.device / _MIB:,.0f}"
    return [result.world.dataset, *[f"{amount / _MIB:,.0f}" for amount in host], device]


def _scaling_line(series: Series) -> list[str]:
    return [
        series.quantity,
        series.fixed,
        ", ".join(f"{size:,}".replace(",", " ") for size in series.sizes),
        ", ".join(f"{taken:.2f}" for taken in series.seconds),
        f"{series.line[0]:.3g}",
        f"{100 * series.fit:.2f} %",
    ]


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [header, ["---"] * len(header), *lines]) + "\n"
