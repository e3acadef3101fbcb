"""Where a training computes: one device or several GPUs, through Lightning Fabric."""

import logging
from dataclasses import dataclass

import torch
from lightning_fabric import Fabric

from ctc_submission.training.hyperparameters import Precision


@dataclass(frozen=True)
class Engine:
    """A running Fabric and what feeds it."""

    fabric: Fabric
    """Devices, precision and the processes that share the work."""
    workers: int = 0
    """Processes that draw views in the background, for each device; 0 draws them between the steps."""


def start_engine(device: torch.device, precision: Precision, processes: int = 1, workers: int = 0) -> Engine:
    """Start computing on a device, or on several.

    More than one process runs the program that calls this once for each, as Fabric does; each of them returns.

    Parameters
    ----------
    device : torch.device
        Where to compute; of several GPUs the first ones are taken.
    precision : {'bfloat16', 'single'}
        What to compute in.
    processes : int
        GPUs to share the work; processes on a CPU.
    workers : int
        Processes that load samples, for each device.

    Raises
    ------
    ValueError
        If a number is out of range, or there are fewer GPUs.
    """
    if processes < 1 or workers < 0:
        raise ValueError(f"{processes} devices and {workers} workers, expected 1 device or more and 0 workers or more")
    if device.type == "cuda" and processes > torch.cuda.device_count():
        raise ValueError(f"{processes} GPUs are asked for, this machine has {torch.cuda.device_count()}")
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    chosen = [device.index] if processes == 1 and device.index is not None and device.type == "cuda" else processes
    fabric = Fabric(
        accelerator=device.type, devices=chosen, precision="bf16-mixed" if precision == "bfloat16" else "32-true"
    )
    fabric.launch()
    return Engine(fabric, workers)


def choose_precision(device: torch.device) -> Precision:
    """Choose bfloat16 where the device has it: GPUs, and CPUs with AVX-512; single precision elsewhere."""
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "single"
    return "bfloat16" if device.type == "cpu" and torch.backends.cpu.get_cpu_capability() == "AVX512" else "single"
