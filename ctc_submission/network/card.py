"""What a checkpoint says of itself, read from the file's header alone: neither tensors nor torch are needed."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from ctc_submission.network.architecture import Architecture, Output
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.renamed import modernize

FORMAT = "ctc-submission checkpoint 2"
_READABLE = ("ctc-submission checkpoint 1", FORMAT)
_OUTPUT_OF_TASK: Mapping[str, Output] = {"segmentation": "foreground", "centers": "centers"}
"""What the networks of format 1 predict, by their card's task."""
_NOT_LEARNED = ("input_mean", "input_std", "num_batches_tracked")


@dataclass(frozen=True)
class ModelCard:
    """What a checkpoint says of itself."""

    dataset: str
    """The dataset it is for, by the challenge's name."""
    training_data: str
    """What it was trained on."""
    date: str
    """Day of training, YYYY-MM-DD."""
    score: str
    """What it scored, on what data."""
    license: str
    """Terms of use of the weights."""
    architecture: Architecture = Architecture()
    """The network the tensors fit, and what it predicts."""
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
        if self.diameter is not None and self.diameter <= 0:
            raise ValueError(f"diameter is {self.diameter}, expected a number of pixels above 0, or None")
        if self.tiles not in (1, 6, None):
            raise ValueError(f"tiles is {self.tiles}, expected 1 (whole slices), 6 (square patches), or None")


def read_card(path: Path) -> ModelCard:
    """Read what a checkpoint says of itself, without its tensors.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no checkpoint of this tool, or of a network that this version does not know.
    """
    metadata = _open_header(path)[0]
    found = metadata.get("format")
    if found not in _READABLE:
        newer = str(found).startswith("ctc-submission checkpoint")
        way_out = "update this tool" if newer else "see models/README.md"
        raise ValueError(
            f"{path}: a safetensors file, but not a checkpoint that this version reads (format {found!r}, "
            f"expected {FORMAT!r}); {way_out}"
        )
    try:
        return card_from_dict(json.loads(metadata["card"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(
            f"{path}: its card cannot be read ({error!r}); update this tool, or fetch or train the weights again"
        ) from error


def count_stored_parameters(path: Path) -> int:
    """Count a checkpoint's parameters as the paper does: weights, biases and batch norm's running statistics.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or it is no safetensors file.
    """
    return sum(size for name, size in _open_header(path)[1].items() if not name.endswith(_NOT_LEARNED))


def card_from_dict(values: Mapping[str, Any]) -> ModelCard:
    """Make a card of what JSON holds of it, in today's form or an earlier one.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing or out of range.
    """
    values = modernize(values)
    if "task" in values:  # format 1
        filters, size = values["architecture"]["decoder"], values["architecture"]["input_size"]
        architecture = {"filters": filters, "input_size": size, "outputs": [_OUTPUT_OF_TASK[values["task"]]]}
    else:
        architecture = values["architecture"]
    known = {field.name for field in fields(ModelCard)} - {"architecture", "pseudocolor"}
    return ModelCard(
        **{name: value for name, value in values.items() if name in known},
        architecture=Architecture(**{name: _frozen(value) for name, value in architecture.items()}),
        pseudocolor=PseudocolorParameters(**values["pseudocolor"]),
    )


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 as a hexadecimal string."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _open_header(path: Path) -> tuple[dict[str, str], dict[str, int]]:
    """Return a safetensors file's metadata, and the number of values of each of its tensors."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such weights; expected a .safetensors checkpoint, see models/README.md")
    try:
        with safe_open(path, framework="np") as file:
            sizes = {name: math.prod(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            return file.metadata() or {}, sizes
    except (SafetensorError, OSError) as error:
        raise ValueError(
            f"{path}: not a readable safetensors file ({error}); fetch or train the weights again"
        ) from error


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
