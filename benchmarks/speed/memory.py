"""Peak memory of one task, in a process of its own that does nothing else.

Called as ``python -m benchmarks.speed.memory TASK`` with pickled arguments as input; prints one line of JSON.
"""

import json
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctc_submission.network.execution import Execution
    from ctc_submission.segmentation.configuration import Configuration

_ROOT = Path(__file__).resolve().parents[2]
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Memory:
    """Peak memory of the host in bytes; torch's libraries are among it only where the task needs them."""

    imported: int
    """Once interpreter and libraries are loaded."""
    peak: int
    """After the task."""

    @property
    def used(self) -> int:
        """What the task took beside interpreter and libraries."""
        return self.peak - self.imported


def measure_alone(task: str, *arguments: object) -> Memory:
    """Do one of `TASKS` in a process of its own and return its peak memory.

    Raises
    ------
    ValueError
        If the process fails; what it said is on the terminal.
    """
    command = [sys.executable, "-m", "benchmarks.speed.memory", task]
    ran = subprocess.run(command, input=pickle.dumps(arguments), cwd=_ROOT, stdout=subprocess.PIPE, check=False)
    if ran.returncode:
        raise ValueError(f"{task}: the process whose memory is measured ended with {ran.returncode}; see above")
    return Memory(**json.loads(ran.stdout.splitlines()[-1]))


def segment(configuration: "Configuration", execution: "Execution", source: Path, results: Path) -> int:
    """Segment a folder as the command does; return the peak before it."""
    from ctc_submission.segmentation.pipeline import segment_sequence

    before = read_peak()
    segment_sequence(source, results, configuration, execution)
    return before


def predict(checkpoint: Path, execution: "Execution", count: int) -> int:
    """Show a network some images of its own size; return the peak before it."""
    from benchmarks.speed.inputs import time_images
    from ctc_submission.network.stored import StoredNetwork

    before = read_peak()
    time_images(StoredNetwork(checkpoint), execution, count)()
    return before


def train(checkpoint: Path, batch: int, side: int) -> int:
    """Train a network for two steps on the CPU; return the peak before it."""
    from benchmarks.speed.steps import time_step
    from ctc_submission.network.stored import StoredNetwork

    before = read_peak()
    step = time_step(StoredNetwork(checkpoint), batch, side)
    step()
    step()
    return before


TASKS: Mapping[str, Callable[..., int]] = MappingProxyType({"segment": segment, "predict": predict, "train": train})
"""What can be done alone, by name."""


def read_peak() -> int:
    """Return the most memory in bytes that this process has held at a time.

    Linux tells in ``/proc``; what ``getrusage`` tells there counts the parent's memory for a child, too.
    """
    if _STATUS.is_file():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    before = TASKS[sys.argv[1]](*pickle.loads(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps(asdict(Memory(before, read_peak()))) + "\n")
