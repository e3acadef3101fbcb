"""The report: JSON, Markdown, pictures."""

from pathlib import Path

from benchmarks.speed.charts import draw_scaling, draw_stages
from benchmarks.speed.machine import Machine
from benchmarks.speed.network_tables import table_of_gpu, table_of_networks, table_of_nuclei, table_of_startup
from benchmarks.speed.results import Benchmark, write_json
from benchmarks.speed.tables import (
    table_of_agreement,
    table_of_frames,
    table_of_memory,
    table_of_scaling,
    table_of_stages,
)
from ctc_submission.atomic import write_text_atomic

_TITLE = "# Speed on this machine\n\nWritten by `run_scripts/benchmark.sh`; `docs/speed.md` says how to read it.\n\n"
_WARNING = "**Tiny frames: this shows that all works. Its numbers mean nothing.**\n\n"


def write_report(folder: Path, benchmark: Benchmark) -> None:
    """Write ``benchmark.json``, ``benchmark.md`` and, of what was measured, ``benchmark.png`` and ``scaling.png``.

    Parameters
    ----------
    folder : Path
        Made if absent; files of these names are replaced.
    benchmark : Benchmark
        What was measured.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "benchmark.json", benchmark)
    if benchmark.datasets:
        draw_stages(folder / "benchmark.png", benchmark.datasets)
    if benchmark.scaling:
        draw_scaling(folder / "scaling.png", benchmark.scaling)
    write_text_atomic(folder / "benchmark.md", format_report(benchmark))


def format_report(benchmark: Benchmark) -> str:
    """Return the report's text, in Markdown: a section for each part that was measured."""
    parts = [
        _TITLE + (_WARNING if benchmark.quick else "") + _describe(benchmark.machine, benchmark.runs),
        *([f"## Networks side by side\n\n{table_of_networks(benchmark.networks)}"] if benchmark.networks else []),
        *(_describe_frames(benchmark) if benchmark.datasets else []),
        *([f"## The general model\n\n{table_of_nuclei(benchmark.nuclei)}"] if benchmark.nuclei else []),
        *([f"## Start-up\n\n{table_of_startup(benchmark.startup)}"] if benchmark.startup else []),
        *(_describe_scaling(benchmark) if benchmark.scaling else []),
        *([f"## GPU\n\n{table_of_gpu(benchmark.gpu)}"] if benchmark.gpu else []),
    ]
    return "\n".join(parts)


def _describe(machine: Machine, runs: int) -> str:
    load = ", ".join(f"{value:.2f}" for value in machine.load)
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return (
        f"- {machine.hardware}; {machine.cores} cores, {machine.usable_cores} of them usable; "
        f"OpenCV with {machine.opencv_threads} threads; {machine.system}.\n"
        f"- Load average when it began: {load}. Other work on the machine spoils the figures.\n"
        f"- {versions}.\n"
        f"- All took turns in one process, {runs} each; of networks the median counts, of runs the best.\n"
    )


def _describe_frames(benchmark: Benchmark) -> list[str]:
    datasets = benchmark.datasets
    same = [result for result in datasets if result.agreement]
    return [
        f"## Frames\n\n{table_of_frames(datasets)}\n![Stages of a frame](benchmark.png)\n",
        f"## Stages\n\nSeconds of each stage of a frame, by itself.\n\n{table_of_stages(datasets)}",
        *(
            [f"## Masks\n\nPer-slice labeling beside the sequential version:\n\n{table_of_agreement(same)}"]
            if same
            else []
        ),
        f"## Memory\n\nPeak in MiB, in a process of its own:\n\n{table_of_memory(datasets)}",
    ]


def _describe_scaling(benchmark: Benchmark) -> list[str]:
    return [f"## Scaling\n\n{table_of_scaling(benchmark.scaling)}\n![Time over frames, slices, pixels](scaling.png)\n"]
