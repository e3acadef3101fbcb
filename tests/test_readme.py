"""Every command of the README, run in its order on tiny data; untrained networks stand in for the shipped ones."""

import argparse
import os
import re
import shutil
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.cli import main
from ctc_submission.network.card import read_card
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.segmentation.configuration import CONFIGURATIONS, ShippedConfigurations
from ctc_submission.simulation.simulate import simulate_sequence
from tests.conftest import SMALL, ball_stack

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
MDA231 = "Fluo-C3DL-MDA231"
SAYS_ITS_ARGUMENTS = '#!/bin/sh\nif [ "$1" = - ]; then cat >/dev/null; else printf "%s\\n" "$@"; fi\n'
NOT_RUN = ("./run_scripts/", "source ", "ctc-submission download ")
"""First words of what takes minutes or a connection; tests/test_run_scripts.py and tests/download run it."""
TRAIN_SHORT = "--epochs 1 --samples-per-epoch 2 --batch-size 2 --device cpu --precision single --crop 32"
ADDED = {
    "ctc-submission segment": "--device cpu --runtime torch",
    "./SW/": "--device cpu --runtime torch",
    "ctc-submission simulate": "--scale 0.15 --annotate frames",
    "ctc-submission package": "--models models",
    "ctc-submission train": TRAIN_SHORT,
    "ctc-submission fine-tune": "--minutes 0.002 --batch-size 2 --device cpu --runtime torch",
}
"""Options that make a command quick, by its first words; those of a new network are added where none is named."""
NEW_NETWORK = "--random-start --encoder tf_efficientnet_lite0 --decoder separable --input-size 64"


def blocks(language: str) -> list[str]:
    """Return the README's code in a language, block by block."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Return the README's shell commands, comments taken off and continued lines joined."""
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [line.split(" #")[0].strip() for line in lines if line.strip()]


def quick(command: str) -> str:
    """Add what makes a command quick."""
    bare = re.sub(r"^\w+=\S+ ", "", command)
    added = next((options for start, options in ADDED.items() if bare.startswith(start)), "")
    if bare.startswith("ctc-submission train") and "--start-from" not in bare:
        added += f" {NEW_NETWORK}"
    return f"{command} {added}"


def save_stand_ins(folder: Path) -> None:
    """Save an untrained network under the name of each shipped one, and the shipped configurations beside them."""
    torch.manual_seed(0)
    models = {file for each in CONFIGURATIONS.values() for file in (each.segmentation_model, each.center_model) if file}
    for model in models:
        shipped = read_card(model)
        card = replace(shipped, architecture=replace(SMALL, outputs=shipped.architecture.outputs))
        save_checkpoint(folder / model.name, EfficientCellSeg(card.architecture), card)
    for path in (ROOT / "models").glob("*.toml"):
        text = path.read_text()
        stated = text.replace("three_view = true", "cell_diameter = 24  # not estimated, which takes long")
        (folder / path.name).write_text(stated)


def save_executable(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(SAYS_ITS_ARGUMENTS)
    path.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the README's commands need."""
    (tmp_path / "models").mkdir()
    save_stand_ins(tmp_path / "models")
    shutil.copytree(ROOT / "SW", tmp_path / "SW")
    for name in ("python", "ctc-submission"):
        save_executable(tmp_path / "bin" / name)
    (tmp_path / "recording").mkdir()
    for name in ("embryo.tif", "recording/t000.tif", "recording/t001.tif"):
        write_frame(tmp_path / name, ball_stack(0))
    (tmp_path / "recording.toml").write_text(blocks("toml")[0])
    for mine in (f"data/training/{MDA231}", "mine"):
        simulate_sequence(tmp_path / mine, MDA231, frames=1, seed=1, scale=0.15)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHON", str(tmp_path / "bin/python"))
    shipped = "ctc_submission.segmentation.configuration"
    monkeypatch.setattr(f"{shipped}.CONFIGURATIONS", ShippedConfigurations(tmp_path / "models"))
    monkeypatch.setattr(f"{shipped}.MODELS", tmp_path / "models")
    on_torch = partial(Execution, device="cpu", runtime="torch")  # nothing is converted for OpenVINO, which takes long
    monkeypatch.setattr("ctc_submission.api.model.Execution", on_torch)
    return tmp_path


def run(command: str) -> int:
    """Let the shell read a command, and run in this process what it comes to."""
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    words = done.stdout.splitlines()
    return main(words[2:] if words[:2] == ["-m", "ctc_submission"] else words)


def test_every_command_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_here = [command for command in commands() if not command.startswith(NOT_RUN)]
    for command in run_here:
        assert run(quick(command)) == 0, f"{command}\n{capsys.readouterr()}"
    assert len(run_here) >= 12
    written = ["embryo.png", "masks-recording/mask001.tif", f"{MDA231}/01_RES/mask002.tif", "upload/SW.zip"]
    assert all((folder / name).is_file() for name in (*written, "runs/tuned/best.safetensors", "runs/mine/mine.toml"))


def test_python_runs(folder: Path) -> None:
    found: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, found)
    assert found["labels"].shape == read_frame("embryo.tif").shape
    assert str(found["labels"].dtype) == "int32"


def test_the_download_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[argparse.Namespace] = []
    monkeypatch.setattr("ctc_submission.cli.download.run", lambda arguments: asked.append(arguments) or 0)
    for command in commands():
        if command.startswith("ctc-submission download "):
            assert main(command.split()[1:]) == 0
    assert [(each.dataset, each.to) for each in asked] == [(MDA231, Path("data"))]


@pytest.mark.parametrize("script", sorted(set(re.findall(r"run_scripts/\w+\.sh", README))))
def test_scripts_exist_and_can_be_executed(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_the_environment_lies_where_it_is_activated() -> None:
    environment = re.search(r"source (\S+)/bin/activate", README)
    assert environment is not None
    assert f"VENV=${{VENV:-{environment[1]}}}" in (ROOT / "run_scripts/_environment.sh").read_text()


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("*/*.md")), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!http)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text()):
        linked = page.parent / target if target else page
        assert linked.exists(), target
        titles = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE) if anchor else []
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
