"""The networks on a GPU: time of an input by precision and batch size, a training step, memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from benchmarks.speed.inputs import take_rounds, time_images
from benchmarks.speed.networks import REAL, Sizes, write_networks
from benchmarks.speed.steps import time_step
from ctc_submission.network.execution import Execution
from ctc_submission.network.precision import Precision
from ctc_submission.network.stored import StoredNetwork

BATCHES = (1, 8, 32, 64)
PRECISIONS: tuple[Precision, ...] = ("float16", "float32")
_BATCHES_IN_A_TURN = 8


@dataclass(frozen=True)
class GpuResult:
    """What one network takes on a device, in one precision."""

    name: str
    """Its name in tables."""
    parameters: int
    """As the paper counts them."""
    precision: Precision
    """What it computes in."""
    seconds: dict[int, float]
    """Of one input by batch size, the way from and to the host included; the median of all rounds."""
    step_seconds: float
    """Of one training step in float32; likewise."""
    memory: int | None
    """Bytes that torch takes on a CUDA device at most for the largest batch; None for another device."""


def measure_gpu(
    device: torch.device,
    work: Path,
    rounds: int,
    sizes: Sizes = REAL,
    precisions: Sequence[Precision] = PRECISIONS,
    batches: Sequence[int] = BATCHES,
) -> list[GpuResult]:
    """Measure all networks on a device, in turns.

    Parameters
    ----------
    device : torch.device
        A GPU; on a CPU torch is timed, with other precisions.
    work : Path
        Folder for the checkpoints.
    rounds : int
        Turns that count.
    sizes : Sizes
        Inputs and crops; the batch says how many inputs there are.
    precisions, batches : sequence
        What is compared.
    """
    networks = write_networks(work / "networks", sizes.input_side)
    steps = {name: time_step(network, sizes.crops, sizes.crop_side, str(device)) for name, network in networks.items()}
    step_seconds = take_rounds(steps, rounds)
    del steps
    results = []
    for precision in precisions:
        execution = Execution(str(device), "torch", precision)
        timers = {
            (name, batch): time_images(network, replace(execution, batch_size=batch), batch * _BATCHES_IN_A_TURN)
            for name, network in networks.items()
            for batch in batches
        }
        seconds = take_rounds(timers, rounds)
        del timers
        for name, network in networks.items():
            taken = {batch: seconds[name, batch] for batch in batches}
            memory = _measure_memory(network, replace(execution, batch_size=max(batches)), device)
            results.append(GpuResult(name, network.parameters, precision, taken, step_seconds[name], memory))
    return results


def _measure_memory(network: StoredNetwork, execution: Execution, device: torch.device) -> int | None:
    """Predict a few batches with this network alone on the device."""
    if device.type != "cuda":
        return None
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    time_images(network, execution, 4 * (execution.batch_size or 1))()
    return torch.cuda.max_memory_allocated(device)
