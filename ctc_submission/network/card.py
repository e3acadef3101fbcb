"""What a checkpoint says of itself, read from the file's header alone: neither tensors nor torch are needed."""

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from safetensors import SafetensorError, safe_open

from ctc_submission.network.architecture import Architecture, Output
from ctc_submission.parsing import parse_json
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.renamed import modernize
from ctc_submission.settings import check_table, one_of, settings

FORMAT = "ctc-submission checkpoint 2"
_READABLE = ("ctc-submission checkpoint 1", FORMAT)
_OUTPUT_OF_TASK: Mapping[str, Output] = {"segmentation": "foreground", "centers": "centers"}
"""What the networks of format 1 predict, by their card's task."""
_NOT_LEARNED = ("input_mean", "input_std", "num_batches_tracked")


@settings
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
    diameter: Annotated[float | None, Field(gt=0, description="a number of pixels above 0, or None")] = None
    """Diameter in pixels, at the network's input, of the cells it was trained on.

    Slices are to be magnified to it and cut into patches of the network's input size. None: slices, or their patches,
    are resized to the network's input, whatever the size of their cells.
    """
    tiles: Annotated[int | None, one_of(1, 6, description="1 (whole slices), 6 (square patches), or None")] = None
    """Square patches its training slices were cut into, 1 (whole slices) or 6, where there is no diameter.

    None: not stated, as in checkpoints that were written without it.
    """


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
        fix = "update this tool" if newer else "see models/README.md"
        raise ValueError(
            f"{path}: a safetensors file, but not a checkpoint that this version reads (format {found!r}, "
            f"expected {FORMAT!r}); {fix}"
        )
    try:
        return parse_card(metadata.get("card", ""))
    except ValueError as error:
        raise ValueError(
            f"{path}: its card cannot be read ({error}); update this tool, or fetch or train the weights again"
        ) from error


def count_stored_parameters(path: Path) -> int:
    """Count a checkpoint's parameters as the paper does: weights, biases and batch norm's running statistics.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or it is no safetensors file.
    """
    return sum(size for name, size in _open_header(path)[1].items() if not name.endswith(_NOT_LEARNED))


def parse_card(text: str) -> ModelCard:
    """Make a card of the JSON that is stored of it, in today's form or an earlier one.

    Raises
    ------
    ValueError
        If something is missing, unknown, of another type or out of range.
    """
    stored = parse_json(text)
    if not isinstance(stored, Mapping):
        raise ValueError(f"it is {stored!r}, expected a table")
    values = modernize(stored)
    if "task" in values:  # format 1
        values["architecture"] = _architecture_of_format_1(values.pop("task"), values.get("architecture"))
    for name, kind in (("architecture", Architecture), ("pseudocolor", PseudocolorParameters)):
        if name not in values:
            raise ValueError(f"{name} is missing")
        check_table(name, values[name], kind)
        values[name] = kind(**values[name])
    check_table("", values, ModelCard)
    return ModelCard(**values)


def _architecture_of_format_1(task: Any, values: Any) -> dict[str, Any]:
    """Put an architecture as it is put today."""
    if not isinstance(values, Mapping) or str(task) not in _OUTPUT_OF_TASK or {"decoder", "input_size"} - set(values):
        raise ValueError(f"task is {task!r} and architecture {values!r}, expected those of format 1")
    return {"filters": values["decoder"], "input_size": values["input_size"], "outputs": [_OUTPUT_OF_TASK[task]]}


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
