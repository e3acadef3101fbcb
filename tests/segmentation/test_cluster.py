import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from distributed import LocalCluster

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.shards import Shard

CPU = Execution(device="cpu", runtime="torch", threads=1)
FRAMES = 6


@pytest.fixture(scope="module")
def two_workers() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=None, dashboard_address="127.0.0.1:0") as workers:
        yield workers


@pytest.fixture
def configuration(checkpoints) -> Configuration:
    return Configuration(checkpoints["segmentation"], labeling=LabelingParameters(method="components"))


@pytest.fixture
def recording(sequence) -> Path:
    """Enough frames that some are left when the first is done."""
    stack = read_frame(sequence / "t000.tif")
    for number in range(FRAMES):
        write_frame(sequence / f"t{number:03d}.tif", np.roll(stack, 7 * number, axis=2))
    return sequence


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


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


def test_the_error_of_a_frame_is_told_and_masks_before_stay(two_workers, configuration, sequence, tmp_path):
    stack = read_frame(sequence / "t002.tif").astype(np.float32)
    for number in range(2):
        frame = sequence / f"t{number:03d}.tif"
        tifffile.imwrite(frame, read_frame(frame).astype(np.float32), photometric="minisblack")
    stack[1, 2, 3] = np.nan
    tifffile.imwrite(sequence / "t002.tif", stack, photometric="minisblack")
    with pytest.raises(ValueError, match=r"t002\.tif.*NaN"):
        segment_sequence(sequence, tmp_path / "res", configuration, CPU, scheduler=two_workers.scheduler_address)
    masks = {f"t{name[4:]}" for name in read_all(tmp_path / "res")}
    assert set(json.loads((tmp_path / "res.json").read_text())["frames"]) <= masks
    assert "t002.tif" not in masks


def test_a_wrong_checkpoint_is_told_before_any_frame(two_workers, checkpoints, sequence, tmp_path):
    wrong = Configuration(checkpoints["centres"])
    with pytest.raises(ValueError, match=r"centres\.safetensors: predicts centres"):
        segment_sequence(sequence, tmp_path / "res", wrong, CPU, scheduler=two_workers.scheduler_address)
    assert not (tmp_path / "res").exists()


def test_processes_of_this_machine_do_a_shard(configuration, sequence, tmp_path, monkeypatch):
    monkeypatch.chdir(sequence.parent)
    manifest = segment_sequence(Path("01"), Path("01_RES"), configuration, CPU, shard=Shard(1, 2), scheduler="local:1")
    assert sorted(manifest.frames) == ["t000.tif", "t002.tif"]
    assert list(read_all(sequence.parent / "01_RES")) == ["mask000.tif", "mask002.tif"]
