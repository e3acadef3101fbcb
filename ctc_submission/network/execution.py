"""How a run uses the machine: which device, which program runs the networks there, and how exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import get_args

from ctc_submission.network.devices import choose_device, count_cores, may_have_gpu
from ctc_submission.network.precision import Precision, RuntimeName
from ctc_submission.network.predictor import Runtime
from ctc_submission.network.stored import Network


@dataclass(frozen=True)
class Execution:
    """How a run uses the machine; masks depend on the precision, and on the rest but for a probability's last bits."""

    device: str = "auto"
    """``auto``, or a device by torch's name."""
    runtime: RuntimeName = "auto"
    """What runs the networks: OpenVINO, for CPUs, or torch. ``auto``: OpenVINO on CPUs where it is installed."""
    precision: Precision = "auto"
    """What networks compute in, unless a configuration says.

    ``auto``: bfloat16 where OpenVINO finds a CPU fit for it, float16 on CUDA, otherwise float32.
    """
    batch_size: int | None = None
    """Slices or patches that torch shows a network at once, halved where memory does not suffice; None for what suits
    the device. OpenVINO shows one to each core."""
    threads: int = field(default_factory=count_cores)
    """Threads for networks on the CPU, for colors and for labels."""

    def __post_init__(self) -> None:
        if self.runtime not in get_args(RuntimeName):
            raise ValueError(f"runtime is '{self.runtime}', expected one of {', '.join(get_args(RuntimeName))}")
        if self.precision not in get_args(Precision):
            raise ValueError(f"precision is '{self.precision}', expected one of {', '.join(get_args(Precision))}")
        if self.batch_size is not None and self.batch_size < 1:
            raise ValueError(f"batch size is {self.batch_size}, expected 1 or more images")
        if self.threads < 1:
            raise ValueError(f"threads is {self.threads}, expected 1 or more")


def open_runtime(networks: Sequence[Network], execution: Execution, *, resize: bool = True) -> Runtime:
    """Make networks ready for this machine; torch is imported only where it is needed.

    Parameters
    ----------
    networks : sequence of Network
        Networks that see the same images.
    execution : Execution
        Device, runtime, precision.
    resize : bool
        Whether images are resized to the networks' input, or shown as they are.

    Raises
    ------
    ValueError
        If the device is not there, or the runtime or the precision does not go with it.
    """
    device = _find_device(execution)
    if _takes_openvino(execution.runtime, device):
        return _open_openvino(networks, execution, resize)
    precision = execution.precision
    if precision == "auto":
        precision = "float16" if device.startswith("cuda") else "float32"
    if device == "cpu" and precision == "float16":
        raise ValueError("precision 'float16' is for GPUs: expected float32 or bfloat16 on a CPU")
    from ctc_submission.network.torch_runtime import TorchRuntime

    models = [network.build() for network in networks]
    return TorchRuntime(models, device, precision, execution.batch_size, resize=resize)


def _find_device(execution: Execution) -> str:
    """Choose the device by torch's name; torch is asked only where it may know of a better one than the CPU."""
    if execution.device == "cpu" or (execution.device == "auto" and not may_have_gpu()):
        return "cpu"
    return str(choose_device(execution.device))


def _takes_openvino(runtime: RuntimeName, device: str) -> bool:
    if runtime == "openvino" and device != "cpu":
        raise ValueError(f"runtime 'openvino' computes on CPUs, and the device is '{device}': add --device cpu")
    installed = find_spec("openvino") is not None
    if runtime == "openvino" and not installed:
        raise ValueError("runtime 'openvino' is not installed: pip install openvino, or add --runtime torch")
    return runtime != "torch" and device == "cpu" and installed


def _open_openvino(networks: Sequence[Network], execution: Execution, resize: bool) -> Runtime:
    from ctc_submission.network.openvino_runtime import OpenVINORuntime, computes_bfloat16

    precision = execution.precision
    if precision == "auto":
        precision = "bfloat16" if computes_bfloat16() else "float32"
    if precision == "float16":
        raise ValueError("precision 'float16' is for GPUs: expected float32 or bfloat16 on a CPU")
    return OpenVINORuntime(networks, precision, execution.threads, resize=resize)
