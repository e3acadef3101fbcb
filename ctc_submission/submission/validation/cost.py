"""What the run takes, against what the organizers have: 128 GB of memory, one A100 of 80 GB, a few days."""

import math
from collections.abc import Iterator

from ctc_submission.challenge.files import read_frame_info
from ctc_submission.challenge.run_record import Cost, Record, read_cost
from ctc_submission.segmentation.estimate import estimate_memory
from ctc_submission.submission.findings import Finding, error, note, warning
from ctc_submission.submission.validation.result_folder import ResultFolder

MEMORY = 128e9
"""Bytes of memory that the organizers' servers have at least."""
LONGEST = 3 * 86400
"""Seconds: a run of more than a few days may be excluded."""
_LONG = 86400
_BATCH = 4
_RUN_AGAIN = "segment with ctc-submission, which writes one beside the results"


def check_cost(results: ResultFolder, record: Record | None) -> Iterator[Finding]:
    """Tell the run's time and memory, and find what goes beyond the organizers' limits.

    Parameters
    ----------
    results : ResultFolder
        The results and their frames.
    record : Record or None
        The record of the run that made them.
    """
    if record is None:
        yield note(results.path, "there is no record of the run, so its time and memory are not known", _RUN_AGAIN)
        return
    try:
        cost = read_cost(record.text)
    except ValueError as cause:
        yield warning(record.file, str(cause), _RUN_AGAIN)
        return
    yield from _check_time(record.file, cost, len(results.frames) or cost.frames)
    if results.frames:
        yield from _check_memory(record.file, cost, results)


def _check_time(file: str, cost: Cost, frames: int) -> Iterator[Finding]:
    """Hold the time against the limit, that of missing frames extrapolated."""
    seconds = cost.seconds * frames / max(1, cost.frames)
    taken = f"{frames} frame{'' if frames == 1 else 's'} took {_duration(seconds)} on {cost.device}"
    if seconds > LONGEST:
        yield error(file, f"{taken}, more than {_duration(LONGEST)}", "use a GPU, or a cheaper configuration")
    elif seconds > _LONG:
        yield warning(file, f"{taken}, and runs of a few days may be excluded", "use a GPU, or a cheaper configuration")
    else:
        yield note(file, taken)


def _check_memory(file: str, cost: Cost, results: ResultFolder) -> Iterator[Finding]:
    """Hold an estimate of the memory for the first frame against the limit."""
    info = read_frame_info(results.frames[0].path)
    memory = estimate_memory(math.prod(info.shape), info.dtype.itemsize, cost.networks, _BATCH)
    found = f"the run takes about {memory / 1e9:.1f} GB of memory, the organizers have {MEMORY / 1e9:.0f} GB"
    yield error(file, found, "segment parts of the frame") if memory > MEMORY else note(file, found)


def _duration(seconds: float) -> str:
    """Write a time in its fitting unit."""
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.1f} s"
