"""Time the labeling of simulated frames, each in a process of its own; beside an earlier revision if one is named.

``python benchmarks/labeling.py --before HEAD~10`` takes that revision's package from git and times both in turns.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.segmentation.labeling_parameters import MethodName
from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.training.data.targets import center_target

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Case:
    """A frame and what to do with it."""

    dataset: str
    """Dataset whose frame is simulated."""
    method: MethodName
    """How touching cells are separated."""
    per_slice: bool = False
    """Whether slices are labeled one by one, as the paper's authors do."""


CASES = (
    Case("Fluo-N3DL-TRIC", "distance"),
    Case("Fluo-N3DL-TRIC", "distance", per_slice=True),
    Case("Fluo-N3DL-TRIC", "components"),
    Case("Fluo-C3DL-MDA231", "centers"),
    Case("Fluo-C3DL-MDA231", "distance"),
    Case("Fluo-C3DL-MDA231", "centers", per_slice=True),
    Case("Fluo-C3DH-A549-SIM", "single"),
)
_SPACING = {
    "Fluo-N3DL-TRIC": (5.0, 1.0, 1.0),
    "Fluo-C3DL-MDA231": (6.0, 1.242, 1.242),
    "Fluo-C3DH-A549-SIM": (1.0, 0.126, 0.126),
}


def main() -> None:
    """Parse the arguments, simulate the frames, time every case and print a table."""
    parser = argparse.ArgumentParser(description="Time the labeling of simulated frames.")
    parser.add_argument("--before", metavar="REVISION", help="git revision to time beside the package as it is here")
    parser.add_argument("--runs", type=int, default=3, help="runs of every case, of which the best counts")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        folder, number = arguments.measure
        sys.stdout.write(json.dumps(measure(Path(folder), CASES[int(number)])))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for dataset in sorted({case.dataset for case in CASES}):
            simulate(dataset, folder)
        packages = {"now": _ROOT}
        if arguments.before:
            packages["before"] = extract(arguments.before, folder / "before")
        for number, case in enumerate(CASES):
            best = time_in_turns(folder, number, packages, arguments.runs)
            sys.stdout.write(row(case, best))
            sys.stdout.flush()


def simulate(dataset: str, folder: Path) -> None:
    """Write a frame's true foreground, and its centers as the networks learn them, to a folder."""
    frame = next(iter(simulate_frames(dataset, frames=1, seed=1)))
    np.save(folder / f"{dataset}-foreground.npy", frame.labels > 0)
    np.save(folder / f"{dataset}-centers.npy", [center_target(of_slice, 3.0) > 0 for of_slice in frame.labels])


def extract(revision: str, folder: Path) -> Path:
    """Write the package of a git revision to a folder, and return that."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision, "ctc_submission"], cwd=_ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def time_in_turns(folder: Path, number: int, packages: dict[str, Path], runs: int) -> dict[str, dict[str, float]]:
    """Measure one case with every package in turn, several times over; the least of each figure counts."""
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in packages}
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", str(folder), str(number)]
    for _ in range(runs):
        for name, package in packages.items():
            environment = {**os.environ, "PYTHONPATH": str(package)}
            output = subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE).stdout
            measured[name].append(json.loads(output))
    return {
        name: {key: min(run[key] for run in all_runs) for key in all_runs[0]} for name, all_runs in measured.items()
    }


def measure(folder: Path, case: Case) -> dict[str, float]:
    """Label a frame, after a small part of it to load what is needed."""
    parameters = LabelingParameters(
        case.method, spacing=_SPACING[case.dataset], minimum_size=30, per_slice=case.per_slice
    )
    foreground = np.load(folder / f"{case.dataset}-foreground.npy").astype(np.float32)
    centers = np.load(folder / f"{case.dataset}-centers.npy").astype(np.float32)
    label_cells(foreground[:2, :99, :99].copy(), centers[:2, :99, :99].copy(), parameters=parameters)
    start, cpu_start = time.perf_counter(), time.process_time()
    labels = label_cells(foreground, centers, parameters=parameters)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    checksum = float(labels.sum(dtype=np.int64))
    del labels
    return {"seconds": seconds, "cpu": cpu_seconds, "MiB": peak(foreground, centers, parameters), "checksum": checksum}


def peak(foreground: np.ndarray, centers: np.ndarray, parameters: LabelingParameters) -> float:
    """Label a frame once more and return what memory that takes at most, the labels included, in MiB."""
    tracemalloc.start()
    label_cells(foreground, centers, parameters=parameters)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def row(case: Case, best: dict[str, dict[str, float]]) -> str:
    """Lay out one line of the table."""
    name = case.method + (", per_slice" if case.per_slice else "")
    line = f"{case.dataset:20} {name:20}"
    for which, figures in best.items():
        line += f"  {which} {figures['seconds']:7.2f} s {figures['cpu']:7.2f} s CPU {figures['MiB']:5.0f} MiB"
    if len(best) > 1:
        same = len({figures["checksum"] for figures in best.values()}) == 1
        line += f"  {best['before']['cpu'] / best['now']['cpu']:4.1f} times, {'same' if same else 'other'} labels"
    return line + "\n"


if __name__ == "__main__":
    main()
