import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from distributed import Client, KilledWorker, LocalCluster

from ctc_submission.challenge.files import find_frames, read_frame, write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running import cluster
from ctc_submission.segmentation.running.cluster import wait_for
from ctc_submission.segmentation.running.shards import Shard
from ctc_submission.segmentation.running.tasks import Task

CPU = Execution(device="cpu", runtime="torch", threads=1)
FRAMES = 6


@pytest.fixture(scope="module")
def two_workers() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=None, dashboard_address="127.0.0.1:0") as workers:
        yield workers


@pytest.fixture
def recording(sequence) -> Path:
    """Enough frames that some are left when the first is done."""
    stack = read_frame(sequence / "t000.tif")
    for number in range(FRAMES):
        write_frame(sequence / f"t{number:03d}.tif", np.roll(stack, 7 * number, axis=2))
    return sequence


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def fail(error: BaseException) -> None:
    raise error


def kill_one_at_work(workers: LocalCluster, results: Path) -> int:
    """Kill a worker that has frames to do, once the first mask is there; return its process id."""
    while not list(results.glob("mask*.tif")):
        time.sleep(0.01)
    busy = next(state for state in workers.scheduler.workers.values() if state.processing)
    (process,) = [nanny.pid for nanny in workers.workers.values() if nanny.worker_address == busy.address]
    os.kill(process, signal.SIGKILL)
    return process


def test_the_frames_of_a_killed_worker_are_done_by_others(two_workers, configuration, recording, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    segment_sequence(recording, here, configuration, CPU)
    there.mkdir()
    killed = []
    killer = threading.Thread(target=lambda: killed.append(kill_one_at_work(two_workers, there)))
    killer.start()
    manifest = segment_sequence(recording, there, configuration, CPU, scheduler=two_workers.scheduler_address)
    killer.join()
    assert killed
    assert killed[0] not in [nanny.pid for nanny in two_workers.workers.values()]
    assert read_all(there) == read_all(here)
    frames = [f"t{number:03d}.tif" for number in range(FRAMES)]
    assert sorted(manifest.frames) == list(json.loads((tmp_path / "there.json").read_text())["frames"]) == frames
    records = [json.loads((tmp_path / name).read_text()) for name in ("here.json", "there.json")]
    assert records[0]["made_by"] == records[1]["made_by"]
    assert any(frame["cells"] for frame in records[1]["frames"].values())
    assert len(set(read_all(here).values())) > 1


def test_the_error_of_a_frame_is_told_and_the_others_are_segmented(two_workers, configuration, broken, tmp_path):
    with pytest.raises(ValueError, match=r"t002\.tif.*NaN"):
        segment_sequence(broken, tmp_path / "res", configuration, CPU, scheduler=two_workers.scheduler_address)
    assert list(read_all(tmp_path / "res")) == ["mask000.tif", "mask001.tif"]
    assert list(json.loads((tmp_path / "res.json").read_text())["frames"]) == ["t000.tif", "t001.tif"]


def test_a_frame_that_workers_die_on_does_not_stop_the_others(two_workers, sequence, tmp_path, monkeypatch):
    lost = KilledWorker("frame", SimpleNamespace(address="tcp://lost:1"), 3)
    task = Task(find_frames(sequence)[0], (4, 60, 72), 3, tmp_path / "mask000.tif")
    with Client(two_workers, set_as_default=False) as client:
        outcome = cluster._outcome(client, client.submit(fail, lost, pure=False), task)
    assert outcome.reason.startswith(f"'{task.frame.path}': 4 workers died")


def test_a_wrong_checkpoint_is_told_before_any_frame(two_workers, checkpoints, sequence, tmp_path):
    wrong = Configuration(checkpoints["centers"])
    with pytest.raises(ValueError, match=r"centers\.safetensors: predicts centers"):
        segment_sequence(sequence, tmp_path / "res", wrong, CPU, scheduler=two_workers.scheduler_address)
    assert not (tmp_path / "res").exists()


def test_relative_paths_are_those_of_the_caller(two_workers, configuration, sequence, monkeypatch):
    monkeypatch.chdir(sequence.parent)
    scheduler = two_workers.scheduler_address
    segment_sequence(Path("01"), Path("01_RES"), configuration, CPU, shard=Shard(1, 2), scheduler=scheduler)
    assert sorted(read_all(sequence.parent / "01_RES")) == ["mask000.tif", "mask002.tif"]
    assert sorted(path.name for path in sequence.parent.iterdir()) == ["01", "01_RES", "01_RES.1-of-2.json"]


@pytest.mark.slow
def test_processes_of_this_machine_are_made_and_ended(configuration, sequence, tmp_path):
    before = multiprocessing.active_children()
    manifest = segment_sequence(sequence, tmp_path / "res", configuration, CPU, scheduler="local:1")
    assert sorted(manifest.frames) == ["t000.tif", "t001.tif", "t002.tif"]
    assert set(multiprocessing.active_children()) <= set(before)


@pytest.mark.parametrize("address", ["host", "localhost:8786", "local:0", "local:two", "tcp://host", "http://host:80"])
def test_an_address_that_is_none_is_refused(configuration, sequence, tmp_path, address):
    with pytest.raises(ValueError, match=r"expected an address such as tcp://host:8786, or local:N"):
        segment_sequence(sequence, tmp_path / "res", configuration, CPU, scheduler=address)


def test_a_scheduler_that_does_not_answer_is_named(configuration, sequence, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with pytest.raises(OSError, match=r"no Dask scheduler at 'tcp://127\.0\.0\.1:1' .*start one with 'dask scheduler'"):
        segment_sequence(sequence, tmp_path / "res", configuration, CPU, scheduler="tcp://127.0.0.1:1")


def test_without_dask_the_way_to_get_it_is_told(configuration, sequence, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OSError, match=r"needs the package 'distributed': pip install 'ctc-submission\[cluster\]'"):
        segment_sequence(sequence, tmp_path / "res", configuration, CPU, scheduler="local:1")


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (
            KilledWorker("frame", SimpleNamespace(address="tcp://lost:1"), 3),
            "4 workers died one after the other .*give workers more",
        ),
        (CancelledError(), "tcp://.*the scheduler is gone; start it again"),
        (RuntimeError("Error during deserialization of the task graph"), "do not know this program"),
        (ModuleNotFoundError("No module named 'ctc_submission'"), "do not know this program"),
    ],
)
def test_what_befalls_a_cluster_is_told_with_the_way_out(two_workers, raised, told):
    with Client(two_workers, set_as_default=False) as client, pytest.raises(OSError, match=told):
        wait_for(client, client.submit(fail, raised, pure=False))


def test_other_errors_of_a_worker_are_its_own(two_workers):
    with Client(two_workers, set_as_default=False) as client, pytest.raises(RuntimeError, match="out of memory"):
        wait_for(client, client.submit(fail, RuntimeError("out of memory"), pure=False))
