"""What a benchmark came to."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.speed.agreement import Agreement
from benchmarks.speed.contenders import TOTAL, Seconds
from benchmarks.speed.floor import Floor
from benchmarks.speed.gpu import Gpu
from benchmarks.speed.machine import Machine
from benchmarks.speed.memory import Memory
from benchmarks.speed.scaling import Series
from benchmarks.speed.stopwatch import STAGES, START
from benchmarks.speed.worlds import World
from ctc_submission.atomic import write_text_atomic

SEQUENTIAL, FAITHFUL, FAST = "sequential", "float32 faithful", "default"
"""Names of the contenders."""

_LEAST_SECONDS = 1e-3


@dataclass(frozen=True)
class DatasetResult:
    """What one dataset's frames came to."""

    world: World
    """The frames."""
    inputs: int
    """Images that the networks see of a frame, all networks together."""
    coloring: str
    """How the sequential version colored slices."""
    seconds: dict[str, Seconds]
    """By contender: the start, the total of a run, and every stage for one frame, each by itself."""
    agreement: Agreement | None
    """Masks of the faithful product and of the sequential version compared; None where their colors differ."""
    memory: Memory
    """Peak memory of the product."""
    ran_on: dict[str, str]
    """By contender: runtime, device and precision of the networks, as a run's record has them."""

    def frame_seconds(self, name: str) -> float:
        """Return a contender's seconds per frame in a run, without the start; a thousandth at least."""
        taken = self.seconds[name]
        return max(_LEAST_SECONDS, taken[TOTAL] - taken[START]) / self.world.frames

    def stage_sum(self, name: str) -> float:
        """Return the seconds of a frame if its stages run one after the other."""
        return sum(self.seconds[name][stage] for stage in STAGES)

    def network_share(self, name: str) -> float:
        """Return the network's share of the stages."""
        return self.seconds[name]["network"] / self.stage_sum(name)

    def outside_network(self, name: str) -> float:
        """Return the share of a frame's time in a run that is not the network's; what hides behind it is not seen."""
        return max(0.0, 1 - self.seconds[name]["network"] / self.frame_seconds(name))

    def ratio(self, name: str) -> float:
        """Return how many times faster than the sequential version a contender is, per frame."""
        return self.frame_seconds(SEQUENTIAL) / self.frame_seconds(name)


@dataclass(frozen=True)
class Benchmark:
    """Everything that was measured."""

    machine: Machine
    """What it was measured on."""
    quick: bool
    """Whether frames were tiny, so that the numbers mean nothing."""
    runs: int
    """Turns that each contender took."""
    execution: dict[str, Any]
    """How the default product used the machine."""
    datasets: list[DatasetResult]
    """By dataset."""
    floors: list[Floor]
    """The machine's rates."""
    gpu: Gpu | None
    """What a CUDA device was measured to do; None without one."""
    scaling: list[Series]
    """How cost grows; empty if that was not asked for."""


def write_json(path: Path, benchmark: Benchmark) -> None:
    """Write all figures, those that follow from others too.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    content = asdict(benchmark)
    for result, values in zip(benchmark.datasets, content["datasets"], strict=True):
        values["derived"] = {name: _derive(result, name) for name in result.seconds}
        values["identical"] = result.agreement.identical if result.agreement else None
        values["memory"]["used"] = result.memory.used
    for floor, values in zip(benchmark.floors, content["floors"], strict=True):
        values["seconds_per_input"] = floor.seconds_per_input
    write_text_atomic(path, json.dumps(content, indent=2) + "\n")


def _derive(result: DatasetResult, name: str) -> dict[str, float]:
    seconds = result.frame_seconds(name)
    return {
        "seconds_per_frame": seconds,
        "frames_per_second": 1 / seconds,
        "slices_per_second": result.world.shape[0] / seconds,
        "network_share": result.network_share(name),
        "outside_network": result.outside_network(name),
        "times_faster": result.ratio(name),
        "times_faster_with_start": result.seconds[SEQUENTIAL][TOTAL] / result.seconds[name][TOTAL],
    }
