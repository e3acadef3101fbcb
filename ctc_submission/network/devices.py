"""Where the networks are run: a device of this machine, and how many of its cores are ours."""

import os
import sys
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_GPU_FILES = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kfd")
"""What a driver for GPUs puts there: NVIDIA's, that of Windows' subsystem for Linux, AMD's."""


def may_have_gpu() -> bool:
    """Whether this machine may have a GPU that torch knows; a driver is looked for, without importing torch."""
    if sys.platform == "darwin":
        return True
    return any(Path(file).exists() for file in _GPU_FILES) or find_library("nvcuda") is not None


def choose_device(name: str = "auto") -> "torch.device":
    """Choose where to compute.

    Parameters
    ----------
    name : str
        ``auto`` for the first of CUDA, MPS and CPU that is there, or a device by torch's name, such as ``cuda:1``.

    Raises
    ------
    ValueError
        If the device is unknown or not there.
    """
    expected = "expected auto, cpu, cuda, cuda:N or mps"
    if name.split(":")[0] not in ("auto", "cpu", "cuda", "mps"):
        raise ValueError(f"device '{name}' is unknown: {expected}")
    import torch

    if name == "auto":
        return torch.device(
            "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        )
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0].split(". ")[0]
        raise ValueError(f"device '{name}' cannot be used ({reason}): {expected}") from error
    return device


def count_cores() -> int:
    """Count the cores that this process may use: those it is pinned to, where the system tells, or all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
