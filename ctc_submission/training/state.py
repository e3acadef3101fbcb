"""The state of a training between two epochs, on disk without pickle."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor
from torch.optim.lr_scheduler import ReduceLROnPlateau

from ctc_submission.challenge.files import replacing
from ctc_submission.network.model import EfficientCellSeg

_FILE = "state.safetensors"
_SCHEDULE_FIELDS = ("best", "num_bad_epochs", "last_epoch")


@dataclass(frozen=True)
class TrainingState:
    """Everything that an epoch changes."""

    model: EfficientCellSeg
    """The network, with its batch norm statistics."""
    optimizer: torch.optim.Adam
    """Adam's moments and rate."""
    schedule: ReduceLROnPlateau
    """What lowers the rate."""


def save_state(folder: Path, state: TrainingState, recipe: dict[str, Any], results: list[dict[str, Any]]) -> None:
    """Write the state after an epoch, replacing the one before only when wholly written."""
    tensors = {f"model.{name}": tensor for name, tensor in state.model.state_dict().items()}
    for index, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"adam.{index}.{name}": tensor for name, tensor in moments.items()}
    schedule = {name: getattr(state.schedule, name) for name in _SCHEDULE_FIELDS}
    text = {
        "recipe": recipe,
        "results": results,
        "schedule": schedule,
        "learning_rate": state.optimizer.param_groups[0]["lr"],
    }
    cpu = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(folder / _FILE) as file:
        file.write(save(cpu, {"training": json.dumps(text)}))


def load_state(folder: Path, state: TrainingState, recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """Put a saved state back, in place, and return the results of the epochs it has behind it.

    Returns
    -------
    list of dict
        One for every finished epoch; empty if nothing was saved.

    Raises
    ------
    ValueError
        If the folder holds a training by another recipe.
    """
    path = folder / _FILE
    if not path.is_file():
        return []
    tensors = load_file(path)
    text = _read_text(path)
    if text["recipe"] != json.loads(json.dumps(recipe)):
        changed = sorted(name for name in recipe if text["recipe"].get(name) != json.loads(json.dumps(recipe[name])))
        raise ValueError(
            f"{folder}: holds a training by another recipe ({', '.join(changed)} differ): name another folder"
        )
    state.model.load_state_dict(_under("model.", tensors))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("adam.", tensors).items():
        index, field = name.split(".")
        moments.setdefault(int(index), {})[field] = tensor
    optimizer = state.optimizer.state_dict()
    state.optimizer.load_state_dict({**optimizer, "state": moments})
    state.optimizer.param_groups[0]["lr"] = text["learning_rate"]
    for name, value in text["schedule"].items():
        setattr(state.schedule, name, value)
    return text["results"]


def _read_text(path: Path) -> dict[str, Any]:
    with safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()["training"])


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
