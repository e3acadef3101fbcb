"""The report: JSON, Markdown, pictures."""

from pathlib import Path

from benchmarks.speed.charts import draw_scaling, draw_stages
from benchmarks.speed.machine import Machine
from benchmarks.speed.results import Benchmark, write_json
from benchmarks.speed.tables import (
    table_of_agreement,
    table_of_floor,
    table_of_frames,
    table_of_gpu,
    table_of_memory,
    table_of_scaling,
    table_of_stages,
)
from ctc_submission.atomic import write_text_atomic

_TEXT = """# Speed on this machine

Written by `run_scripts/benchmark.sh`; `docs/speed.md` says how to read it.

{warning}{machine}
- The versions took turns on the same simulated frames in one process, {runs} runs each after a short one that does not
  count. The best of each figure is given. The default version: {execution}.

## Frames

Start and run in seconds; a frame's time is that of a run without the start.

{frames}
![Stages of a frame](benchmark.png)

## Stages

Seconds of each stage of a frame, by itself. In a run the product's stages overlap. The last column: the share of a
frame's time in a run that the network's own time does not explain.

{stages}
## Masks

The product at float32 with `faithful` labels beside the sequential version:

{agreement}
## Memory

Peak of the default version in MiB, in a process of its own:

{memory}
## Floor

Square matrix products of torch. An input is an image of 384 x 384: 20.2 GFLOP.

{floor}{gpu}{scaling}"""


def write_report(folder: Path, benchmark: Benchmark) -> None:
    """Write ``benchmark.json``, ``benchmark.md``, ``benchmark.png`` and, where measured, ``scaling.png``.

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
    draw_stages(folder / "benchmark.png", benchmark.datasets)
    if benchmark.scaling:
        draw_scaling(folder / "scaling.png", benchmark.scaling)
    write_text_atomic(folder / "benchmark.md", format_report(benchmark))


def format_report(benchmark: Benchmark) -> str:
    """Return the report's text, in Markdown."""
    datasets = benchmark.datasets
    return _TEXT.format(
        warning="**Tiny frames: this shows that all works. Its numbers mean nothing.**\n\n" if benchmark.quick else "",
        machine=_describe(benchmark.machine),
        runs=benchmark.runs,
        execution=", ".join(f"{name} {value}" for name, value in benchmark.execution.items() if value),
        frames=table_of_frames(datasets),
        stages=table_of_stages(datasets),
        agreement=table_of_agreement(datasets),
        memory=table_of_memory(datasets),
        floor=table_of_floor(benchmark.floors, datasets),
        gpu=f"\n## GPU\n\n{table_of_gpu(benchmark.gpu)}" if benchmark.gpu else "",
        scaling=_describe_scaling(benchmark),
    )


def _describe(machine: Machine) -> str:
    load = ", ".join(f"{value:.2f}" for value in machine.load)
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return (
        f"- {machine.hardware}; {machine.cores} cores, {machine.usable_cores} of them usable; "
        f"OpenCV with {machine.opencv_threads} threads; {machine.system}.\n"
        f"- Load average when it began: {load}. Other work on the machine spoils the figures.\n"
        f"- {versions}."
    )


def _describe_scaling(benchmark: Benchmark) -> str:
    if not benchmark.scaling:
        return ""
    return f"\n## Growth\n\n{table_of_scaling(benchmark.scaling)}\n![Time over frames, slices, pixels](scaling.png)\n"
