"""What was measured on: processor, threads, load, versions."""

import os
import platform
from dataclasses import dataclass
from importlib import metadata

import cv2
import torch

import ctc_submission
from benchmarks.paper.timing import describe_hardware

_PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "scipy",
    "scikit-image",
    "tifffile",
    "torch",
    "onnxruntime",
    "openvino",
)


@dataclass(frozen=True)
class Machine:
    """The machine and what is installed on it."""

    hardware: str
    """Processor with torch's threads, and GPU if one is used."""
    cores: int
    """Logical cores of the machine."""
    usable_cores: int
    """Those that this process may run on."""
    opencv_threads: int
    """Threads that OpenCV takes."""
    load: tuple[float, float, float]
    """Load average over 1, 5 and 15 minutes when the benchmark began: work of others, above all."""
    system: str
    """Operating system."""
    versions: dict[str, str]
    """Of Python, this project and the packages that do the work; those not installed are left out."""


def describe_machine(device: torch.device) -> Machine:
    """Look at the machine, with the device in use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return Machine(
        hardware=describe_hardware(device),
        cores=os.cpu_count() or 1,
        usable_cores=len(affinity(0)) if affinity else os.cpu_count() or 1,
        opencv_threads=cv2.getNumThreads(),
        load=os.getloadavg(),
        system=platform.platform(),
        versions=_find_versions(),
    )


def _find_versions() -> dict[str, str]:
    versions = {"python": platform.python_version(), "ctc-submission": ctc_submission.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions
