"""The report's tables of networks, of the general model and of starts, in Markdown."""

from collections.abc import Sequence

from benchmarks.speed.gpu import GpuResult
from benchmarks.speed.networks import NetworkResult
from benchmarks.speed.nuclei import NucleiResult
from benchmarks.speed.startup import StartResult
from benchmarks.speed.tables import MIB, write_table


def table_of_networks(results: Sequence[NetworkResult]) -> str:
    """Compare networks on the CPU; in brackets, how many times faster than the first."""
    runtimes = list(results[0].seconds)
    header = ["network", "parameters, millions", *[f"ms per input, {how}" for how in runtimes], "s per training step"]
    header += ["MiB predicting", "MiB training"]
    lines = [
        [
            result.name,
            f"{result.parameters / 1e6:.2f}",
            *[_compare(1000 * result.seconds[how], 1000 * results[0].seconds[how], ".1f") for how in runtimes],
            _compare(result.step_seconds, results[0].step_seconds, ".2f"),
            f"{result.predicting.used / MIB:,.0f}",
            f"{result.training.used / MIB:,.0f}",
        ]
        for result in results
    ]
    return write_table(header, lines)


def table_of_gpu(results: Sequence[GpuResult]) -> str:
    """Compare networks on a GPU."""
    header = ["network", "parameters, millions", "precision", *[f"ms, batch {batch}" for batch in results[0].seconds]]
    header += ["ms per training step, float32", "MiB"]
    lines = [
        [
            result.name,
            f"{result.parameters / 1e6:.2f}",
            result.precision,
            *[f"{1000 * seconds:.2f}" for seconds in result.seconds.values()],
            f"{1000 * result.step_seconds:.1f}",
            "-" if result.memory is None else f"{result.memory / MIB:,.0f}",
        ]
        for result in results
    ]
    return write_table(header, lines)


def table_of_nuclei(results: Sequence[NucleiResult]) -> str:
    """Tell what a frame takes by the general model."""
    lines = [
        [result.name, " x ".join(map(str, result.shape)), f"{result.seconds:.2f}", str(result.cells)]
        for result in results
    ]
    return write_table(["network, size of cells and voxels", "frame", "s", "cells"], lines)


def table_of_startup(results: Sequence[StartResult]) -> str:
    """Tell what starts take."""
    return write_table(["process", "s"], [[result.what, f"{result.seconds:.2f}"] for result in results])


def _compare(value: float, first: float, form: str) -> str:
    return f"{value:{form}} ({first / value:.1f})"
