"""Checkpoints: a network's tensors and what there is to know of them in one safetensors file; never pickle."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor, nn

from ctc_submission.atomic import replacing
from ctc_submission.network.card import FORMAT, ModelCard, read_card
from ctc_submission.network.efficientcellseg import EfficientCellSeg

_KEPT_SINGLE = ("running_mean", "running_var", "input_mean", "input_std")


def save_checkpoint(path: Path, model: nn.Module, card: ModelCard, *, half: bool = True) -> None:
    """Write a network and its card.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file; replaced only when wholly written.
    model : Module
        The network.
    card : ModelCard
        What to say of it.
    half : bool
        Whether to store half precision (16 bit), half the size. Statistics of batch norm and of the input stay single:
        variances go beyond what half precision holds.

    Raises
    ------
    ValueError
        If a value does not fit half precision.
    """
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    if half:
        tensors = {name: _to_half(name, tensor) for name, tensor in tensors.items()}
    metadata = {"format": FORMAT, "card": json.dumps(asdict(card))}
    with replacing(path) as file:
        file.write(save(tensors, metadata))


def load_checkpoint(path: Path) -> tuple[EfficientCellSeg, ModelCard]:
    """Read a network, in single precision and ready to predict, and its card.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no checkpoint of this tool, or its tensors do not fit the network its card names.
    """
    card = read_card(path)
    with safe_open(path, framework="pt") as file:
        tensors = {name: _to_single(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    with torch.device("meta"):  # no time is spent on weights that are replaced
        model = EfficientCellSeg(card.architecture)
    own = model.state_dict()
    if wrong := find_misfits(own, tensors) or sorted(tensors.keys() - own.keys()):
        raise ValueError(
            f"{path}: {len(wrong)} tensors do not fit the network its card names, the first is {wrong[0]}; "
            "fetch or train the weights again"
        )
    counters = {name: torch.zeros_like(own[name], device="cpu") for name in own.keys() - tensors.keys()}
    model.load_state_dict({**counters, **tensors}, assign=True)
    return model.eval(), card


def start_from_network(model: EfficientCellSeg, source: EfficientCellSeg) -> None:
    """Give a network the weights of another; outputs that the other lacks begin at random.

    Parameters
    ----------
    model : EfficientCellSeg
        Changed in place.
    source : EfficientCellSeg
        A network of the same architecture but for its outputs.
    """
    head = {"head.weight", "head.bias"}
    shared = {name: tensor for name, tensor in source.state_dict().items() if name not in head}
    model.load_state_dict({**model.state_dict(), **shared})
    own, given = model.architecture.outputs, source.architecture.outputs
    with torch.no_grad():
        for channel, known in ((own.index(output), given.index(output)) for output in own if output in given):
            for target, tensor in zip(model.head.parameters(), source.head.parameters(), strict=True):
                target[channel] = tensor[known]


def find_misfits(own: dict[str, Tensor], given: dict[str, Tensor]) -> list[str]:
    """Name tensors of a network that are not given, or in another shape.

    Parameters
    ----------
    own, given : dict of str to Tensor
        The network's tensors, and those that shall replace them. Batch norm's step counters need not be given.

    Returns
    -------
    list of str
        Names in the network's order; empty if all fit.
    """
    return [
        name
        for name, tensor in own.items()
        if (name in given and given[name].shape != tensor.shape)
        or (name not in given and not name.endswith("num_batches_tracked"))
    ]


def _to_single(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _to_half(name: str, tensor: Tensor) -> Tensor:
    if not tensor.is_floating_point() or name.endswith(_KEPT_SINGLE):
        return tensor
    half = tensor.half()
    if not torch.isfinite(half).all():
        raise ValueError(f"{name} holds values beyond half precision (65504): save in single precision")
    return half
