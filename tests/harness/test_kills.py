"""Runs that are killed at any moment: what has its final name is whole, and the same command goes on to the same end.

KILLS sets how often the commands are killed altogether; 300 if not set.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from ctc_submission.challenge.files import read_frame, write_mask
from ctc_submission.segmentation.configuration import MODELS, read_configuration

KILLS = int(os.environ.get("KILLS", "300"))
COMMANDS = 5
TRIC = "Fluo-N3DL-TRIC"

pytestmark = pytest.mark.slow


def call(arguments: Sequence[object]) -> subprocess.Popen:
    command = [sys.executable, "-m", "ctc_submission", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def finish(arguments: Sequence[object]) -> float:
    """Run a command to its end, and return its seconds."""
    start = time.perf_counter()
    process = call(arguments)
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said.decode()
    return time.perf_counter() - start


def kill_often(arguments: Sequence[object], check: Callable[[], None], seed: int) -> None:
    """Kill a command at moments by chance, again and again, and let it come to its end at last."""
    chance = random.Random(seed)
    longest = finish([*arguments, "--help"]) * 4
    for _ in range(max(1, KILLS // COMMANDS)):
        process = call(arguments)
        try:
            _, said = process.communicate(timeout=chance.uniform(0, longest))
            assert process.returncode == 0, said.decode()
            longest *= 0.8
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            longest *= 1.1
        check()
    finish(arguments)
    check()


def check_folder(folder: Path) -> None:
    """Everything under a final name is whole."""
    for path in folder.rglob("*"):
        if path.suffix == ".tif":
            assert read_frame(path).shape == (4, 60, 72)
        elif path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".safetensors":
            load_file(path)
        elif path.suffix == ".toml":
            read_configuration(path)


def no_parts(folder: Path) -> None:
    assert not list(folder.rglob(".*part"))


@pytest.fixture
def segmenting(sequence, checkpoints) -> list[object]:
    """What runs the tiny network on a tiny recording."""
    options = ("--dataset", TRIC, "--tiles", "1", "--method", "components", "--device", "cpu")
    return ["segment", sequence, "--segmentation-model", checkpoints["segmentation"], *options]


def masks(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("mask*.tif"))}


def results(segmenting: list[object], folder: Path, *more: object) -> list[object]:
    return [*segmenting[:2], folder, *segmenting[2:], *more]


def test_segment(segmenting, tmp_path):
    finish(results(segmenting, tmp_path / "whole" / "01_RES"))
    killed = tmp_path / "killed"
    kill_often(results(segmenting, killed / "01_RES"), lambda: check_folder(killed), 0)
    assert masks(killed / "01_RES") == masks(tmp_path / "whole" / "01_RES")
    no_parts(killed)


def test_shards(segmenting, tmp_path):
    finish(results(segmenting, tmp_path / "whole" / "01_RES"))
    killed = tmp_path / "killed"
    for number in (1, 2):
        command = results(segmenting, killed / "01_RES", "--shard", f"{number}/2")
        kill_often(command, lambda: check_folder(killed), number)
    finish(results(segmenting, killed / "01_RES"))
    assert masks(killed / "01_RES") == masks(tmp_path / "whole" / "01_RES")
    no_parts(killed)


def annotate(sequence: Path) -> None:
    for number in range(3):
        folder = sequence.parent / "01_GT" / "SEG"
        folder.mkdir(parents=True, exist_ok=True)
        labels = np.zeros((1, 60, 72), np.uint16)
        labels[0, 10:30, 10:30], labels[0, 35:50, 35:60] = 1, 2
        write_mask(folder / f"man_seg_{number:03d}_002.tif", labels, ndim=2)


def test_train(sequence, tmp_path):
    annotate(sequence)
    out = tmp_path / "run"
    options = ("--batch-size", "2", "--device", "cpu", "--precision", "single", "--pictures", "0", "--random-start")
    small = (
        "--encoder",
        "tf_efficientnet_lite0",
        "--input-size",
        "32",
        "--epochs",
        "2",
        "--validation-fraction",
        "0.4",
    )
    command = ["train", sequence.parent, "--dataset", "mine", "--output", out, *options, *small]
    kill_often(command, lambda: check_folder(out), 3)
    assert (out / "best.safetensors").is_file()
    no_parts(out)


def test_fit(segmenting, sequence, tmp_path):
    annotate(sequence)
    out = tmp_path / "own"
    out.mkdir()
    command = ["fit", sequence.parent, "--sequences", "01", *segmenting[2:], "--output", out / "own.toml"]
    command += ["--cache", tmp_path / "cache"]
    kill_often(command, lambda: check_folder(out), 4)
    assert read_configuration(out / "own.toml").labeling.method == "components"
    no_parts(out)
    no_parts(tmp_path / "cache")


def test_package(tmp_path):
    for sequence in ("01", "02"):
        folder = tmp_path / TRIC / f"{sequence}_RES"
        folder.mkdir(parents=True)
        write_mask(folder / "mask000.tif", np.ones((4, 60, 72), np.uint16))
    out = tmp_path / "out"
    command = ["package", out, "--datasets", TRIC, "--models", MODELS, "--results", tmp_path / TRIC]
    kill_often(command, lambda: check_folder(out), 5)
    assert (out / "SW.zip").is_file()
    no_parts(out)
