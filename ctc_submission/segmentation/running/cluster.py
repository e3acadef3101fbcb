"""Frames on the workers of a Dask cluster: each frame is a task, and Dask does the tasks of lost workers again."""

import contextlib
import logging
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ctc_submission.challenge.files import FrameFile
from ctc_submission.challenge.run_record import FinishedFrame
from ctc_submission.network.devices import count_cores
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.manifest import Manifest
from ctc_submission.segmentation.running.progress import Progress
from ctc_submission.segmentation.running.run_start import RunSpecification
from ctc_submission.segmentation.running.tasks import Failed, Task
from ctc_submission.segmentation.running.worker import Order, describe_masks, segment_frame

if TYPE_CHECKING:
    from distributed import Client, Future

_LOG = logging.getLogger(__name__)
_PATIENCE = 15
"""Seconds after which a scheduler that does not answer is not there."""


class ClusterBackend:
    """The workers of a cluster."""

    def __init__(self, client: "Client", order: Order) -> None:
        self._client = client
        self._order = order
        self.description: RunSpecification = wait_for(client, client.submit(describe_masks, order, pure=False))

    def run(self, tasks: Sequence[Task], manifest: Manifest) -> None:
        """Segment frames in the order in which workers are free, and record each.

        Frames that cannot be segmented, or that workers die on, are noted, and the others go on.

        Raises
        ------
        ValueError, OSError
            If a mask cannot be written, workers are unlike each other, or the cluster is lost; finished masks stay.
        """
        from distributed import as_completed

        order = replace(self._order, configuration=self.description.configuration)
        absolute = [_absolute(task) for task in tasks]
        futures = self._client.map(segment_frame, absolute, order=order, made_by=self.description.made_by, pure=False)
        job_of = dict(zip(futures, tasks, strict=True))
        with (
            self._client.as_current(),
            Progress(manifest.path.stem, len(tasks), len(tasks), "frame") as progress,
        ):
            for future in as_completed(futures):
                frame, outcome = job_of[future].frame, _outcome(self._client, future, job_of[future])
                manifest.note(frame, outcome)
                progress.step()
                progress.end_frame(frame, outcome)


def _outcome(client: "Client", future: "Future", task: Task) -> FinishedFrame | Failed:
    """Wait for what became of a frame; one that workers died on has failed."""
    from distributed import KilledWorker

    try:
        return wait_for(client, future)
    except OSError as error:
        if not isinstance(error.__cause__, KilledWorker):
            raise
        return Failed(f"'{task.frame.path}': {error}")


def wait_for(client: "Client", future: "Future") -> Any:
    """Wait for what a worker returns.

    Raises
    ------
    OSError
        If the cluster cannot do it: workers die on it, the scheduler is gone, or this program is not there.
    Exception
        Whatever the task itself raised.
    """
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise OSError(
            f"{error.allowed_failures + 1} workers died one after the other on the same frame, perhaps for want of "
            "memory: give workers more of it, or fewer threads; the same command resumes"
        ) from error
    except CancelledError as error:
        raise OSError(
            f"{client.scheduler.address}: the scheduler is gone; start it again, the same command goes on where it "
            "stopped"
        ) from error
    except (ModuleNotFoundError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "deserialization" not in str(error):
            raise
        raise OSError(
            f"{client.scheduler.address}: scheduler or worker do not know this program ({error}); start both from an "
            "environment with the same ctc-submission"
        ) from error


@contextlib.contextmanager
def open_cluster(
    address: str, configuration: Configuration, execution: Execution, samples: tuple[FrameFile, ...]
) -> Iterator[ClusterBackend]:
    """Connect to a cluster, and have a worker load the networks.

    Parameters
    ----------
    address : str
        That of a scheduler, such as ``tcp://host:8786``, or ``local:N`` for N processes on this machine, which end
        with the context.
    configuration : Configuration
        How to segment.
    execution : Execution
        How each worker uses its machine. All cores here mean all cores there; processes on this machine share its.
    samples : tuple of FrameFile
        Some of the recording's frames, in time.

    Yields
    ------
    ClusterBackend
        The workers.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If Dask is not installed, nobody answers, or weights or device are not as they must be on a worker.
    """
    processes = _count_processes(address)
    all_cores = not processes and execution.threads == count_cores()
    if processes:
        execution = replace(execution, threads=max(1, execution.threads // processes))
    with _connect(address, processes, execution.threads) as client:
        if not client.scheduler_info()["workers"]:
            _LOG.warning("%s: no workers yet, waiting for them", address)
        absolute = tuple(_with_absolute_path(frame) for frame in samples)
        yield ClusterBackend(client, Order(_with_absolute_paths(configuration), execution, absolute, all_cores))


def _count_processes(address: str) -> int:
    """Return N of ``local:N``, and 0 for a scheduler's address."""
    found = re.fullmatch(r"local:([1-9]\d*)|(?:tcp|tls|ucx|wss?)://.+:\d+", address)
    if not found:
        raise ValueError(
            f"scheduler '{address}': expected an address such as tcp://host:8786, or local:N for N processes"
        )
    return int(found[1] or 0)


@contextlib.contextmanager
def _connect(address: str, processes: int, threads: int) -> Iterator["Client"]:
    """Connect to a scheduler, or to processes made here.

    These get no other variables: Dask's own have memory given back at every step, which takes three times as long. They
    take tasks by encrypted connections with a certificate made for the run: whoever reaches a scheduler without one has
    code run, and every user of a machine reaches its ports.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        raise OSError(f"--scheduler needs the package '{error.name}': pip install 'ctc-submission[cluster]'") from error
    logging.getLogger("distributed").setLevel(logging.WARNING)  # it tells of every connection otherwise
    if processes:
        with (
            dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": threads}}),
            LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                memory_limit=None,
                dashboard_address=None,
                security=True,
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OSError(
            f"no Dask scheduler at '{address}' ({error}): start one with 'dask scheduler', or name local:N"
        ) from error
    with client:
        yield client


def _with_absolute_paths(configuration: Configuration) -> Configuration:
    centers = configuration.center_model
    return replace(
        configuration,
        segmentation_model=configuration.segmentation_model.absolute(),
        center_model=centers.absolute() if centers else None,
    )


def _absolute(task: Task) -> Task:
    return replace(task, frame=_with_absolute_path(task.frame), mask=task.mask.absolute())


def _with_absolute_path(frame: FrameFile) -> FrameFile:
    return replace(frame, path=frame.path.absolute())
