"""Time of a sample: one image of the network's own size through the network, alone in its batch."""

import platform
import statistics
import time
from pathlib import Path

import torch

from benchmarks.paper.rows import Network

_RUNS = 5


@torch.inference_mode()
def time_sample(network: Network, input_size: int, device: torch.device) -> float:
    """Time a network on one image.

    Parameters
    ----------
    network : Network
        Moved to the device and put into evaluation mode.
    input_size : int
        Side of the image in pixels.
    device : torch.device
        Where to compute, in single precision.

    Returns
    -------
    float
        Milliseconds, the median of five runs after two that do not count.
    """
    network.to(device).eval()
    image = torch.rand(1, 3, input_size, input_size, device=device)
    return 1000 * statistics.median([_time_once(network, image) for _ in range(_RUNS + 2)][2:])


def describe_hardware(device: torch.device) -> str:
    """Name the CPU with the threads in use, and the GPU if that is where the work is done."""
    threads = torch.get_num_threads()
    cpu = f"{_cpu_name()} ({threads} thread{'s' if threads > 1 else ''})"
    return f"{torch.cuda.get_device_name(device)}, {cpu}" if device.type == "cuda" else cpu


def _time_once(network: Network, image: torch.Tensor) -> float:
    start = time.perf_counter()
    network.predict(image).cpu()
    return time.perf_counter() - start


def _cpu_name() -> str:
    table = Path("/proc/cpuinfo")
    lines = table.read_text(encoding="utf-8").splitlines() if table.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
