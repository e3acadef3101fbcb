"""The state of a training between two epochs, on disk without pickle."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from ctc_submission.atomic import replacing
from ctc_submission.parsing import parse_json

_FILE = "state.safetensors"


@dataclass(frozen=True)
class TrainingState:
    """All tensors that an epoch changes."""

    model: nn.Module
    """The network, with its batch norm statistics."""
    optimizer: torch.optim.Adam
    """Adam's moments."""
    average: AveragedModel | None = None
    """The running average of the network, if there is one."""


def has_state(folder: Path) -> bool:
    """Tell whether a folder holds the state of a training."""
    return (folder / _FILE).is_file()


def save_state(folder: Path, state: TrainingState, identity: dict[str, Any], results: list[dict[str, Any]]) -> None:
    """Write the state after an epoch, replacing the one before only when wholly written.

    Parameters
    ----------
    folder : Path
        Where the training lies.
    state : TrainingState
        The tensors.
    identity : dict
        What must be the same when the training goes on; JSON's types and tuples.
    results : list of dict
        What the epochs came to.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    tensors = {f"model.{name}": tensor for name, tensor in state.model.state_dict().items()}
    for index, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{name}": tensor for name, tensor in moments.items()}
    if state.average:
        tensors |= {f"average.{name}": tensor for name, tensor in state.average.state_dict().items()}
    cpu = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(folder / _FILE) as file:
        file.write(save(cpu, {"training": json.dumps({"identity": identity, "results": results})}))


def load_state(folder: Path, state: TrainingState, identity: dict[str, Any]) -> list[dict[str, Any]]:
    """Put a saved state back, in place, and return the results of the epochs it has behind it.

    Returns
    -------
    list of dict
        One for every finished epoch; empty if nothing was saved.

    Raises
    ------
    ValueError
        If the folder holds a training by other hyperparameters or on other samples, or its state cannot be read.
    """
    path = folder / _FILE
    if not path.is_file():
        return []
    text = _read_text(path)
    wanted, found = json.loads(json.dumps(identity)), text["identity"]
    if changed := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise ValueError(
            f"{folder}: holds a training by other hyperparameters or on other samples ({', '.join(changed)} differ): "
            "name another folder"
        )
    try:
        _put_back(state, load_file(path))
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path}: its tensors do not fit this training ({' '.join(str(error).split())[:200]}): name another folder"
        ) from error
    return text["results"]


def _put_back(state: TrainingState, tensors: dict[str, Tensor]) -> None:
    state.model.load_state_dict(_under("model.", tensors))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("adam.", tensors).items():
        index, field = name.split(".")
        moments.setdefault(int(index), {})[field] = tensor
    state.optimizer.load_state_dict({**state.optimizer.state_dict(), "state": moments})
    if state.average:
        state.average.load_state_dict(_under("average.", tensors))


def _read_text(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, framework="pt") as file:
            text = parse_json((file.metadata() or {}).get("training", ""))
    except (SafetensorError, ValueError) as error:
        raise ValueError(f"{path}: is no state of a training ({error}): name another folder") from error
    if not isinstance(text, dict) or not isinstance(text.get("identity"), dict) or "results" not in text:
        raise ValueError(f"{path}: was written by an older version of this tool, or is damaged: name another folder")
    return text


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
