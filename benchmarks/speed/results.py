"""What a benchmark came to."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.speed.agreement import Agreement
from benchmarks.speed.contenders import TOTAL, Seconds
from benchmarks.speed.gpu import GpuResult
from benchmarks.speed.machine import Machine
from benchmarks.speed.memory import Memory
from benchmarks.speed.networks import NetworkResult
from benchmarks.speed.nuclei import NucleiResult
from benchmarks.speed.scaling import Series
from benchmarks.speed.startup import StartResult
from benchmarks.speed.stopwatch import STAGES, START
from benchmarks.speed.worlds import World
from ctc_submission.atomic import write_text_atomic

SEQUENTIAL, PER_SLICE, B5, LITE = "sequential", "B5, float32, per slice", "B5", "Lite0"
"""Names of the contenders."""

_LEAST_SECONDS = 1e-3


@dataclass(frozen=True)
class Version:
    """What a contender's networks are, and what they found."""

    inputs: int
    """Images that the networks see of a frame, all networks together."""
    parameters: int
    """Of all networks together."""
    cells: float | None
    """Cells of a frame, in the mean; None where not counted."""
    ran_on: str
    """Runtime, device and precision of the networks."""


@dataclass(frozen=True)
class DatasetResult:
    """What one dataset's frames came to."""

    world: World
    """The frames."""
    seconds: dict[str, Seconds]
    """By contender: the start, the total of a run, and every stage for one frame, each by itself."""
    versions: dict[str, Version]
    """By contender."""
    agreement: Agreement | None
    """Masks of the per-slice product and of the sequential version compared; None where they are not to be the same."""
    memory: dict[str, Memory]
    """Peak memory of the product, by contender."""

    def frame_seconds(self, name: str) -> float:
        """Return a contender's seconds per frame in a run, without the start; a thousandth at least."""
        taken = self.seconds[name]
        return max(_LEAST_SECONDS, taken[TOTAL] - taken[START]) / self.world.frames

    def stage_sum(self, name: str) -> float:
        """Return the seconds of a frame if its stages run one after the other."""
        return sum(self.seconds[name][stage] for stage in STAGES)

    def outside_network(self, name: str) -> float:
        """Return the share of a frame's time in a run that is not the network's; what hides behind it is not seen."""
        return max(0.0, 1 - self.seconds[name]["network"] / self.frame_seconds(name))

    def ratio(self, name: str) -> float:
        """Return how many times faster than the sequential version a contender is, per frame."""
        return self.frame_seconds(SEQUENTIAL) / self.frame_seconds(name)


@dataclass(frozen=True)
class Benchmark:
    """Everything that was measured; what was not asked for is empty."""

    machine: Machine
    """What it was measured on."""
    quick: bool
    """Whether all was tiny, so that the numbers mean nothing."""
    runs: int
    """Turns that each contender took."""
    networks: list[NetworkResult] = field(default_factory=list)
    """Networks side by side."""
    datasets: list[DatasetResult] = field(default_factory=list)
    """By dataset."""
    nuclei: list[NucleiResult] = field(default_factory=list)
    """The general model."""
    startup: list[StartResult] = field(default_factory=list)
    """Starts of processes."""
    scaling: list[Series] = field(default_factory=list)
    """How cost grows."""
    gpu: list[GpuResult] = field(default_factory=list)
    """Networks on a GPU."""


def write_json(path: Path, benchmark: Benchmark) -> None:
    """Write all figures, a dataset's times per frame too.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    content: dict[str, Any] = asdict(benchmark)
    for result, values in zip(benchmark.datasets, content["datasets"], strict=True):
        values["seconds_per_frame"] = {name: result.frame_seconds(name) for name in result.seconds}
        values["times_faster"] = {name: result.ratio(name) for name in result.seconds}
    write_text_atomic(path, json.dumps(content, indent=2) + "\n")
