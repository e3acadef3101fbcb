"""What a row came to, kept on disk so that it is not trained again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from benchmarks.paper.budget import Budget
from ctc_submission.atomic import write_text_atomic


@dataclass(frozen=True)
class Result:
    """What a row came to."""

    parameters: int
    """All of the network's, counted as the paper does."""
    decoder_parameters: int
    """Those of its decoder and head; 0 for the networks to compare with."""
    mean_iou: float
    """MeanIoU of two classes over tested slices, at the network's scale, after the last epoch."""
    seg: float
    """SEG of the tested frames, in 3D."""
    epoch_seconds: float
    """Time of an epoch, its test included: the median."""
    training_slices: int
    """Slices trained on."""
    tested_slices: int
    """Slices tested on."""
    hardware: str
    """What it was trained on."""


Results = Mapping[str, Mapping[int, Result]]
"""Results of each row by seed; a row has at least one."""


def save_result(path: Path, result: Result, budget: Budget) -> None:
    """Write a row's result and what it was given.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, json.dumps({"budget": _plain(budget), "result": asdict(result)}, indent=2) + "\n")


def load_result(path: Path, budget: Budget) -> Result | None:
    """Read a finished row's result; None if it is not finished, or was when it had fewer epochs than it now has.

    What the budget of an earlier version does not say had today's defaults.

    Raises
    ------
    ValueError
        If it had another budget, or the file cannot be read.
    """
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        given, result = found["budget"], Result(**found["result"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: is no result of this benchmark ({error!r}): move it away to train again") from error
    wanted, given = _plain(budget), {**_DEFAULTS, **given}
    changed = sorted(name for name in wanted.keys() | given.keys() if wanted.get(name) != given.get(name))
    if changed == ["epochs"] and given["epochs"] < budget.epochs:
        return None
    if changed:
        raise ValueError(f"{path}: is of another budget ({', '.join(changed)} differ): name another folder in WORK")
    return result


def _plain(budget: Budget) -> dict[str, object]:
    """Return the budget in JSON's types, paths resolved, and how many frames it comes to."""
    values = {**asdict(budget), "frames": budget.count_frames()}
    return {name: _to_json(value) for name, value in values.items()}


def _to_json(value: object) -> object:
    if isinstance(value, Path):
        return str(value.resolve())
    return list(value) if isinstance(value, tuple) else value


_DEFAULTS = {field.name: _to_json(field.default) for field in fields(Budget) if field.name != "data"}
