"""Checkpoints: a network's tensors and what there is to know of them in one safetensors file; never pickle."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ctc_submission.atomic import replacing
from ctc_submission.network.model import Architecture, EfficientCellSeg
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.renamed import modernize

Task = Literal["segmentation", "centers"]
_KEPT_SINGLE = ("running_mean", "running_var", "input_mean", "input_std")
_FORMAT = "ctc-submission checkpoint 1"


@dataclass(frozen=True)
class ModelCard:
    """What a checkpoint says of itself."""

    dataset: str
    """The dataset it is for, by the challenge's name."""
    task: Task
    """What it predicts: the cells' foreground or their centers."""
    training_data: str
    """What it was trained on."""
    date: str
    """Day of training, YYYY-MM-DD."""
    score: str
    """What it scored, on what data."""
    license: str
    """Terms of use of the weights."""
    architecture: Architecture = Architecture()
    """The network the tensors fit."""
    pseudocolor: PseudocolorParameters = PseudocolorParameters()
    """How its training slices were colored."""
    diameter: float | None = None
    """Diameter in pixels, at the network's input, of the cells it was trained on.

    Slices are to be magnified to it and cut into patches of the network's input size. None: slices, or their patches,
    are resized to the network's input, whatever the size of their cells.
    """
    tiles: int | None = None
    """Square patches its training slices were cut into, 1 (whole slices) or 6, where there is no diameter.

    None: not stated, as in checkpoints that were written without it.
    """

    def __post_init__(self) -> None:
        if self.task not in ("segmentation", "centers"):
            raise ValueError(f"task is '{self.task}', expected 'segmentation' or 'centers'")
        if self.diameter is not None and self.diameter <= 0:
            raise ValueError(f"diameter is {self.diameter}, expected a number of pixels above 0, or None")
        if self.tiles not in (1, 6, None):
            raise ValueError(f"tiles is {self.tiles}, expected 1 (whole slices), 6 (square patches), or None")


def save_checkpoint(path: Path, model: EfficientCellSeg, card: ModelCard, *, half: bool = True) -> None:
    """Write a network and its card.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file; replaced only when wholly written.
    model : EfficientCellSeg
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
    metadata = {"format": _FORMAT, "card": json.dumps(asdict(card))}
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
    model = EfficientCellSeg(card.architecture)
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a mapping)
    own = model.state_dict()
    if wrong := find_misfits(own, tensors) or sorted(tensors.keys() - own.keys()):
        raise ValueError(
            f"{path}: {len(wrong)} tensors do not fit the network its card names, the first is {wrong[0]}; "
            "fetch or train the weights again"
        )
    model.load_state_dict({**own, **tensors})
    return model.eval(), card


def read_card(path: Path) -> ModelCard:
    """Read what a checkpoint says of itself, without its tensors.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no checkpoint of this tool.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such weights; expected a .safetensors checkpoint, see models/README.md")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise ValueError(
            f"{path}: not a readable safetensors file ({error}); fetch or train the weights again"
        ) from error
    if metadata.get("format") != _FORMAT:
        raise ValueError(
            f"{path}: a safetensors file, but not a checkpoint of this tool (format {metadata.get('format')!r}, "
            f"expected {_FORMAT!r}); see models/README.md"
        )
    try:
        return _card_from_dict(modernize(json.loads(metadata["card"])))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: its card cannot be read ({error!r}); fetch or train the weights again") from error


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 as a hexadecimal string."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


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


def _to_half(name: str, tensor: Tensor) -> Tensor:
    if not tensor.is_floating_point() or name.endswith(_KEPT_SINGLE):
        return tensor
    half = tensor.half()
    if not torch.isfinite(half).all():
        raise ValueError(f"{name} holds values beyond half precision (65504): save in single precision")
    return half


def _card_from_dict(values: dict[str, Any]) -> ModelCard:
    architecture = values["architecture"]
    known = {field.name for field in fields(ModelCard)}
    return ModelCard(
        **{name: value for name, value in values.items() if name in known - {"architecture", "pseudocolor"}},
        architecture=Architecture(tuple(architecture["decoder"]), architecture["input_size"]),
        pseudocolor=PseudocolorParameters(**values["pseudocolor"]),
    )
