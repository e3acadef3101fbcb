"""Networks side by side, untrained: weights change neither time nor memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import torch

from benchmarks.speed.inputs import take_rounds, time_images
from benchmarks.speed.memory import Memory, measure_alone
from benchmarks.speed.steps import time_step
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.execution import Execution
from ctc_submission.network.openvino_runtime import computes_bfloat16
from ctc_submission.network.stored import StoredNetwork
from ctc_submission.network.weights import save_checkpoint

_LITE = "tf_efficientnet_lite0"
NETWORKS: Mapping[str, Architecture] = MappingProxyType(
    {
        "B5, full decoder (published)": Architecture(),
        "Lite0, full decoder": Architecture(encoder=_LITE),
        "Lite0, separable decoder": Architecture(encoder=_LITE, decoder="separable"),
        "Lite0, separable, two outputs": Architecture(
            encoder=_LITE, decoder="separable", outputs=("foreground", "centers")
        ),
    }
)
"""What is measured, by the name in tables."""


@dataclass(frozen=True)
class Sizes:
    """What is shown to the networks."""

    input_side: int
    """Side of an input in pixels."""
    count: int
    """Inputs of a turn."""
    crops: int
    """Crops of a training step."""
    crop_side: int
    """Their side in pixels."""


REAL, TINY = Sizes(384, 16, 8, 192), Sizes(64, 2, 2, 32)


@dataclass(frozen=True)
class NetworkResult:
    """What one network takes on the CPU."""

    name: str
    """Its name in tables."""
    parameters: int
    """As the paper counts them."""
    seconds: dict[str, float]
    """Of one input, by runtime and precision; the median of all rounds."""
    step_seconds: float
    """Of one training step, in torch and float32; likewise."""
    predicting: Memory
    """Peak of predicting in the first of the runtimes."""
    training: Memory
    """Peak of two training steps."""


def measure_networks(work: Path, rounds: int, sizes: Sizes = REAL) -> list[NetworkResult]:
    """Measure all networks on the CPU, in turns.

    Parameters
    ----------
    work : Path
        Folder for the checkpoints.
    rounds : int
        Turns that count.
    sizes : Sizes
        What is shown to the networks.
    """
    networks = write_networks(work / "networks", sizes.input_side)
    executions = _list_executions()
    timers = {
        (name, how): time_images(network, execution, sizes.count)
        for how, execution in executions.items()
        for name, network in networks.items()
    }
    seconds = take_rounds(timers, rounds)
    del timers
    steps = {name: time_step(network, sizes.crops, sizes.crop_side) for name, network in networks.items()}
    step_seconds = take_rounds(steps, rounds)
    del steps
    first = next(iter(executions.values()))
    return [
        NetworkResult(
            name,
            network.parameters,
            {how: seconds[name, how] for how in executions},
            step_seconds[name],
            measure_alone("predict", network.path, first, sizes.count),
            measure_alone("train", network.path, sizes.crops, sizes.crop_side),
        )
        for name, network in networks.items()
    ]


def write_networks(folder: Path, input_side: int) -> dict[str, StoredNetwork]:
    """Write an untrained checkpoint of each network, unless it is there already, so that it is converted once."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = {}
    for name, architecture in NETWORKS.items():
        path = folder / f"{name.replace(', ', '-').replace(' ', '-')}-{input_side}.safetensors"
        if not path.is_file():
            torch.manual_seed(0)
            network = EfficientCellSeg(replace(architecture, input_size=input_side))
            save_checkpoint(path, network, _card(network.architecture), half=False)
        stored[name] = StoredNetwork(path)
    return stored


def _card(architecture: Architecture) -> ModelCard:
    return ModelCard("none", "untrained", "2026-01-01", "none", "CC0-1.0", architecture)


def _list_executions() -> dict[str, Execution]:
    openvino = Execution("cpu", "openvino", "float32")
    bfloat16 = {"OpenVINO, bfloat16": replace(openvino, precision="bfloat16")} if computes_bfloat16() else {}
    return {"OpenVINO, float32": openvino, **bfloat16, "torch, float32": Execution("cpu", "torch", "float32")}
