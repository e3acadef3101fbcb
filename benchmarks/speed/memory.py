"""Peak memory of the product, in a process of its own that does nothing else.

Called as ``python -m benchmarks.speed.memory MODELS DATASET SOURCE RESULTS OPTIONS``; prints one line of JSON.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Memory:
    """Peak memory in bytes."""

    imported: int
    """Of the host, once interpreter and libraries are loaded."""
    ready: int
    """Of the host, once the networks are loaded and made ready by their runtime too."""
    peak: int
    """Of the host, after all frames."""
    device: int | None
    """What torch took on the GPU at most; None without one."""

    @property
    def used(self) -> int:
        """What the run took beside interpreter and libraries."""
        return self.peak - self.imported


def measure_memory(models: Path, dataset: str, source: Path, results: Path, options: Mapping[str, object]) -> Memory:
    """Segment a folder of frames in a process of its own and return its peak memory.

    Parameters
    ----------
    models : Path
        Folder of configurations and weights.
    dataset : str
        Name of the configuration.
    source, results : Path
        Folders of the frames and for the masks.
    options : mapping
        Fields of `Execution`, JSON values only; those that this version does not have are left out.

    Raises
    ------
    ValueError
        If the process fails; what it said is on the terminal.
    """
    arguments = [str(models), dataset, str(source), str(results), json.dumps(options)]
    command = [sys.executable, "-m", "benchmarks.speed.memory", *arguments]
    ran = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=False)
    if ran.returncode:
        raise ValueError(f"{dataset}: the process whose memory is measured ended with {ran.returncode}; see above")
    return Memory(**json.loads(ran.stdout.splitlines()[-1]))


def run_alone(models: Path, dataset: str, source: Path, results: Path, options: Mapping[str, str | int]) -> Memory:
    """Segment a folder in this process, and tell its peaks so far."""
    import torch

    from benchmarks.speed.contenders import make_execution
    from ctc_submission.challenge.files import find_frames
    from ctc_submission.segmentation.configuration import ShippedConfigurations
    from ctc_submission.segmentation.pipeline import segment_sequence
    from ctc_submission.segmentation.running.opening import open_recording

    imported = read_peak()
    configuration = ShippedConfigurations(models)[dataset]
    execution = make_execution(options, optional=list(options))
    open_recording([frame.path for frame in find_frames(source)], configuration, execution)
    ready = read_peak()
    segment_sequence(source, results, configuration, execution)
    device = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else None
    return Memory(imported, ready, read_peak(), device)


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
    models, dataset, source, results, options = sys.argv[1:]
    measured = run_alone(Path(models), dataset, Path(source), Path(results), json.loads(options))
    sys.stdout.write(json.dumps(asdict(measured)) + "\n")
