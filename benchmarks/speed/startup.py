"""Start-up: from the start of a process to its first frame, to help, and to the line that says of a mistyped path."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.contenders import read_record
from benchmarks.speed.settings import Settings
from benchmarks.speed.worlds import World, write_world

_DATASET = "Fluo-C3DH-A549-SIM"
_SHAPE = (3, 150, 175)
_ANSWERED = {
    "segment --help": 0,
    "train --help": 0,
    "segment nowhere masks --dataset nuclei": 2,
    "train nowhere --dataset mine --output run": 2,
    "export nowhere.safetensors out.onnx": 2,
}
"""What is answered before anything is computed, with the exit status."""


@dataclass(frozen=True)
class StartResult:
    """What the start of a process takes."""

    what: str
    """What is started."""
    seconds: float
    """Of the process, less those of its frame."""


def measure_startup(settings: Settings) -> list[StartResult]:
    """Start processes that segment a tiny frame: with an empty cache of converted networks, and with a full one.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If there is no such configuration, a file cannot be read or written, or a process fails.
    """
    source = write_world(World(_DATASET, _SHAPE, 1), settings.work)
    results = [_time_answer(command, settings.runs, status) for command, status in _ANSWERED.items()]
    for name, configuration in (("B5", f"{_DATASET}-b5"), ("Lite0", _DATASET)):
        with tempfile.TemporaryDirectory(dir=settings.masks) as folder:
            options = ["--config", str(settings.models / f"{configuration}.toml"), "--device", "cpu"]
            taken = [_time_start(source, Path(folder), number, options) for number in range(settings.runs + 1)]
        results += [
            StartResult(f"segment, {name}, first run, which converts the network", taken[0]),
            StartResult(f"segment, {name}, later runs", min(taken[1:])),
        ]
    return results


def _time_answer(command: str, runs: int, status: int) -> StartResult:
    """Time a command that answers without a frame: the quickest of some runs."""
    return StartResult(command, min(_time_process(command.split(), expected=status) for _ in range(runs)))


def _time_start(source: Path, folder: Path, number: int, options: Sequence[str]) -> float:
    """Segment with the cache of this folder and return the seconds beside the frame's own."""
    results = folder / f"masks-{number}"
    seconds = _time_process(["segment", str(source), str(results), *options], folder / "cache")
    (frame,) = read_record(results.with_suffix(".json"))["frames"].values()
    return max(0.0, seconds - float(frame["seconds"]))


def _time_process(arguments: Sequence[str], cache: Path | None = None, expected: int = 0) -> float:
    environment = os.environ | ({"CTC_SUBMISSION_CACHE": str(cache)} if cache else {})
    began = time.perf_counter()
    command = [sys.executable, "-m", "ctc_submission", *arguments]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if ran.returncode != expected:
        raise ValueError(f"{arguments[0]}: the process that is timed ended with {ran.returncode}: {ran.stderr.strip()}")
    return seconds
