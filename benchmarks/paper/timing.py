"""Time of a sample: one image of the network's own size through the network, alone in its batch."""

import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.paper.budget import Budget
from benchmarks.paper.rows import Network, Row, build_network

_RUNS = 5


@dataclass(frozen=True)
class SampleTime:
    """How long a row's network takes for a sample, in milliseconds."""

    cpu: float
    gpu: float | None = None
    """None without a GPU."""


def time_samples(rows: Sequence[Row], budget: Budget, device: torch.device) -> dict[str, SampleTime]:
    """Time the rows' networks side by side, so that the machine's moods hit them alike.

    Parameters
    ----------
    rows : sequence of Row
        Their networks are made anew: weights do not matter for the time.
    budget : Budget
        Gives the side of the image and what EfficientCellSeg is made of.
    device : torch.device
        The GPU to time them on beside the CPU, if it is one.

    Returns
    -------
    dict of str to SampleTime
        By the rows' names: the median of five runs in single precision after two that do not count.
    """
    networks = {row.name: build_network(row, budget).eval() for row in rows}
    cpu = _time_in_turn(networks, budget.input_size, torch.device("cpu"))
    gpu = _time_in_turn(networks, budget.input_size, device) if device.type == "cuda" else {}
    return {name: SampleTime(cpu[name], gpu.get(name)) for name in networks}


def describe_hardware(device: torch.device) -> str:
    """Name the CPU with the threads in use, and the GPU if that is where the work is done."""
    threads = torch.get_num_threads()
    cpu = f"{_cpu_name()} ({threads} thread{'s' if threads > 1 else ''})"
    return f"{torch.cuda.get_device_name(device)}, {cpu}" if device.type == "cuda" else cpu


@torch.inference_mode()
def _time_in_turn(networks: Mapping[str, Network], input_size: int, device: torch.device) -> dict[str, float]:
    image = torch.rand(1, 3, input_size, input_size, device=device)
    for network in networks.values():
        network.to(device)
    rounds = [{name: _time_once(network, image) for name, network in networks.items()} for _ in range(_RUNS + 2)]
    return {name: 1000 * statistics.median(times[name] for times in rounds[2:]) for name in networks}


def _time_once(network: Network, image: torch.Tensor) -> float:
    start = time.perf_counter()
    network.predict(image).cpu()
    return time.perf_counter() - start


def _cpu_name() -> str:
    table = Path("/proc/cpuinfo")
    lines = table.read_text(encoding="utf-8").splitlines() if table.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
