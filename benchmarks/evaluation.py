"""Time the evaluator side by side with py-ctcmetrics and traccuracy, each call in a process of its own.

Run by ``run_scripts/benchmark_evaluation.sh``, which installs the other tools in an environment of their own. This
process itself stays small, as the memory of a child is counted from its birth on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_WORLDS = ("12 x 30 x 512 x 512, 40 cells", "3 x 13 x 1745 x 2440, 1500 nuclei")
_SEG = "import sys; from ctc_submission.evaluation.official import main_seg; sys.exit(main_seg())"
_ALL = (
    "import argparse; from ctc_submission.cli.evaluate import add_arguments, run; "
    "parser = argparse.ArgumentParser(); add_arguments(parser); run(parser.parse_args())"
)


@dataclass(frozen=True)
class Call:
    """One tool asked for some measures."""

    measures: str
    """What is computed."""
    tool: str
    """Name of the tool."""
    command: list[str]
    """The command line."""


@dataclass(frozen=True)
class Timing:
    """What a call took."""

    seconds: float
    """Wall time of the whole process, the best of several runs."""
    cpu_seconds: float
    """Time it computed, over all cores; hardly touched by what else the machine does."""
    mebibytes: float
    """Its largest resident memory."""


def main() -> None:
    """Parse the arguments, write the sequences, time every tool on them and print a table."""
    parser = argparse.ArgumentParser(description="Time the evaluator side by side with other tools.")
    parser.add_argument("others", type=Path, help="folder with the executables ctc_evaluate and traccuracy")
    parser.add_argument("--runs", type=int, default=3, help="runs of every call, of which the best counts")
    arguments = parser.parse_args()
    sys.stdout.write(f"{os.cpu_count()} CPUs, Python {sys.version.split()[0]}; best of {arguments.runs} runs\n")
    for world in _WORLDS:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(__file__).with_name("evaluation_worlds.py")
            subprocess.run([sys.executable, script, world, folder], check=True)
            calls = _calls(Path(folder), arguments.others)
            timings = _time_in_turns(calls, arguments.runs)
        sys.stdout.write(f"\n{world}\n" + "".join(map(_row, calls, timings)))
        sys.stdout.flush()


def _calls(folder: Path, others: Path) -> list[Call]:
    """List what is timed on one dataset."""
    truth, results = str(folder / "01_GT"), str(folder / "01_RES")
    ctc_evaluate = [str(others / "ctc_evaluate"), "--gt", truth, "--res", results]
    traccuracy = [str(others / "traccuracy"), f"{truth}/TRA", results, "--out-path", str(folder / "out.json")]
    every = ["--seg", "--det", "--tra", "--lnk"]
    return [
        Call("SEG", "this evaluator", [sys.executable, "-c", _SEG, str(folder), "01", "3"]),
        Call("SEG", "py-ctcmetrics", [*ctc_evaluate, "--seg"]),
        Call("SEG, DET, TRA, LNK", "this evaluator", [sys.executable, "-c", _ALL, str(folder), "01"]),
        Call("SEG, DET, TRA, LNK", "py-ctcmetrics", [*ctc_evaluate, *every]),
        Call("DET, TRA, LNK", "traccuracy", traccuracy),
    ]


def _time_in_turns(calls: list[Call], runs: int) -> list[Timing]:
    """Time all calls, one after the other, several times over; the best run of each counts."""
    rounds = [[_time(call) for call in calls] for _ in range(runs)]
    return [min(timings, key=lambda timing: timing.seconds) for timings in zip(*rounds, strict=True)]


def _time(call: Call) -> Timing:
    """Run a call in a process of its own."""
    begin = time.perf_counter()
    process = subprocess.Popen(call.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"{call.tool} ended in status {process.returncode}: {output.decode(errors='replace')[-500:]}"
        )
    return Timing(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _row(call: Call, timing: Timing) -> str:
    """Lay out one line of the table."""
    numbers = f"{timing.seconds:8.2f} s {timing.cpu_seconds:8.2f} s CPU {timing.mebibytes:6.0f} MiB"
    return f"  {call.measures:20} {call.tool:16} {numbers}\n"


if __name__ == "__main__":
    main()
