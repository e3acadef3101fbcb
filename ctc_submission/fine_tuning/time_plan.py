"""How the minutes are spent: measured once, and kept in a file, so that an interrupted run resumes by the same plan."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ctc_submission.atomic import write_text_atomic
from ctc_submission.parsing import parse_json

_FILE = "plan.json"
TRAINING = 0.5
"""Share of the time that training takes."""
_SCORING, _FITTING = 0.2, 0.3
"""Shares of scores before and after, and of thresholds."""
_TRIALS = 40
"""Settings that a fit of thresholds tries, about."""
_MOST_FRAMES = 8


@dataclass(frozen=True)
class Plan:
    """How the minutes are spent, and the score before."""

    identity: dict[str, Any]
    """What must be the same when a run resumes."""
    epochs: int
    """Epochs of training at most."""
    samples_per_epoch: int
    """Samples of each."""
    scored: int
    """Frames of each sequence that are scored before and after, at most."""
    fitted: int
    """Frames of each sequence that thresholds are fitted on, at most."""
    before: float
    """SEG of the start on the scored frames."""
    training_seconds: float
    """How long training will take."""
    later_seconds: float
    """How long thresholds and scores will take then."""


@dataclass(frozen=True)
class FrameTime:
    """Seconds that a frame takes."""

    networks: float
    """Of the networks, once."""
    labeling: float
    """Of labeling and scoring, for each setting."""


def count_frames(minutes: float, sequences: int, time: FrameTime) -> tuple[int, int]:
    """Tell on how many frames of each sequence to score, and on how many to fit: at least one each."""
    share = 60 * minutes / sequences
    scored = _SCORING * share / (2 * (time.networks + time.labeling) + 1e-6)
    fitted = _FITTING * share / (time.networks + _TRIALS * time.labeling + 1e-6)
    return max(1, min(_MOST_FRAMES, int(scored))), max(1, min(_MOST_FRAMES, int(fitted)))


def estimate_later(scored: int, fitted: int, sequences: int, time: FrameTime) -> float:
    """Estimate the seconds of thresholds and scores after training."""
    once = time.networks + time.labeling
    return sequences * (scored * once + fitted * (time.networks + _TRIALS * time.labeling))


def save_plan(folder: Path, plan: Plan) -> None:
    """Write the plan of a run into its folder."""
    write_text_atomic(folder / _FILE, json.dumps(asdict(plan), indent=2) + "\n")


def load_plan(folder: Path, identity: dict[str, Any]) -> Plan | None:
    """Read the plan of an interrupted run; None where there is none.

    Raises
    ------
    ValueError
        If the folder holds a run from another start, on other frames or by other parameters, or an unreadable plan.
    """
    path = folder / _FILE
    if not path.is_file():
        return None
    try:
        plan = Plan(**parse_json(path.read_text()))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: is no plan of a fine-tuning ({error}): name another folder") from error
    wanted = json.loads(json.dumps(identity))
    if changed := sorted(name for name in wanted if wanted[name] != plan.identity.get(name)):
        raise ValueError(f"{folder}: holds another fine-tuning ({', '.join(changed)} differ): name another folder")
    return plan
