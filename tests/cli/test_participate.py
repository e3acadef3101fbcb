"""``ctc-submission participate``: from a server's archives to an upload, interrupted on its way."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ctc_submission.cli
from ctc_submission.challenge.files import read_frame
from ctc_submission.cli import main
from ctc_submission.simulation.simulate import simulate_sequence

TINY = "--random-start --input-size 32 --crop 32 --batch-size 4 --pictures 0 --precision single"


def serve(root: Path, dataset: str, silver: bool, *scales: float) -> None:
    """Put archives of simulated training and test data into a folder, one scale for both sequences or one for each."""
    for part, seed in (("training", 1), ("test", 3)):
        made = root / part / dataset
        for number, sequence in enumerate(("01", "02")):
            scale = scales[number % len(scales)]
            simulate_sequence(made, dataset, frames=2, seed=seed + number, sequence=sequence, scale=scale)
            if silver:
                shutil.copytree(made / f"{sequence}_GT", made / f"{sequence}_ST")
                (made / f"{sequence}_GT" / "SEG" / "man_seg000.tif").unlink(missing_ok=True)
        archive = root / "server" / f"{part}-datasets" / f"{dataset}.zip"
        archive.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(made.rglob("*.t*")):
                if part == "training" or path.parent.name in ("01", "02"):
                    file.write(path, path.relative_to(made.parent))


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    """No step is timed, and few thresholds are tried: tests/participation and tests/fitting do that."""
    monkeypatch.setattr("ctc_submission.fitting.grids.GRIDS", {"foreground_threshold": (0.4, 0.6)})
    monkeypatch.setattr("ctc_submission.participation.costs.measure_step", lambda *given: 1.0)


def participate(server: str, root: Path, dataset: str, *options: str) -> int:
    where = ["--base-url", server, "--to", str(root / "data"), "--work", str(root / "work"), "--any-checksum"]
    tiny = ["--epochs", "1", "--samples-per-epoch", "8", "--train-options", TINY, "--device", "cpu", "--yes"]
    return main(["participate", dataset, *where, *tiny, *options])


def run_packed(root: Path, dataset: str, script: str) -> Path:
    """Unpack the upload elsewhere beside the test data, run an executable, and return that folder."""
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(root / "work" / "upload" / "SW.zip") as archive:
        archive.extractall(elsewhere)
    (elsewhere / "SW" / script).chmod(0o755)
    shutil.copytree(root / "data" / "test" / dataset, elsewhere / dataset)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DATA_DIR")}
    command = ["bash", elsewhere / "SW" / script, "--device", "cpu"]
    done = subprocess.run(
        command, env={**environment, "PYTHON": sys.executable}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return elsewhere / dataset


def assert_same_masks(folder: Path, other: Path) -> None:
    names = sorted(path.name for path in folder.glob("mask*.tif"))
    assert names == sorted(path.name for path in other.glob("mask*.tif")) != []
    for name in names:
        assert (read_frame(folder / name) == read_frame(other / name)).all(), name


def test_one_cell_from_archives_to_upload_interrupted_after_training(server, tmp_path, monkeypatch, capsys):
    dataset = "Fluo-C3DH-A549-SIM"
    serve(tmp_path, dataset, False, 0.1)
    whole = ctc_submission.cli.main

    def interrupted(command):
        if command[0] == "fit":
            return 130
        return whole(command)

    monkeypatch.setattr("ctc_submission.participation.costs._measure_frame", lambda *given: 1.0)
    monkeypatch.setattr(ctc_submission.cli, "main", interrupted)
    assert participate(server, tmp_path, dataset, "--no-scores") == 130
    shown = capsys.readouterr().out
    assert "8 of 8 steps are left" in shown
    assert f"download: {server}/training-datasets/{dataset}.zip, " in shown
    assert "1 training of 1 epochs of 1 steps: at most about " in shown
    assert "was done before" not in shown
    monkeypatch.setattr(ctc_submission.cli, "main", whole)
    assert participate(server, tmp_path, dataset, "--no-scores") == 0
    shown = capsys.readouterr().out
    assert "6 of 8 steps are left" in shown
    assert shown.count("was done before") == 2
    assert "== 2 of 8, train-all: training on 01 and 02: was done before" in shown
    upload = tmp_path / "work" / "upload"
    assert main(["validate", str(upload), "--data", str(tmp_path / "data" / "test")]) == 0
    elsewhere = run_packed(tmp_path, dataset, f"{dataset}-02.sh")
    assert_same_masks(elsewhere / "02_RES", upload / dataset / "02_RES")
    capsys.readouterr()
    assert participate(server, tmp_path, dataset, "--no-scores") == 0
    shown = capsys.readouterr().out
    assert shown.count("was done before") == 8
    assert "ready for the upload" in shown


@pytest.mark.parametrize(
    ("dataset", "scales", "options"),
    [
        pytest.param(
            "Fluo-C3DH-A549-SIM", (0.1,), ("--network", "b5"), marks=pytest.mark.slow, id="the published network"
        ),
        pytest.param("Fluo-C3DL-MDA231", (0.1,), ("--config", "ST"), id="silver truth alone"),
        pytest.param("Fluo-N3DL-TRIC", (0.05, 0.06), (), id="patches, sequences of two sizes"),
    ],
)
def test_from_archives_to_upload(server, tmp_path, capsys, dataset, scales, options):
    serve(tmp_path, dataset, "ST" in options, *scales)
    assert participate(server, tmp_path, dataset, "--no-scores", *options) == 0
    assert "ready for the upload" in capsys.readouterr().out
    results = "02_RES-ST" if "ST" in options else "02_RES"
    assert (next((tmp_path / "work" / "upload" / dataset).rglob(results)) / "mask001.tif").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("network", ["lite0", "b5"])
@pytest.mark.parametrize("config", [None, "ST", "GT+ST"])
def test_cells_with_centers_and_scores_of_each_sequence_by_the_other(server, tmp_path, capsys, config, network):
    dataset = "Fluo-C3DL-MDA231"
    serve(tmp_path, dataset, True, 0.25)
    options = ["--config", config] if config else []
    assert participate(server, tmp_path, dataset, "--network", network, *options) == 0
    shown = capsys.readouterr().out
    assert "| 01 | 02 | 0." in shown
    assert "| 02 | 01 | 0." in shown
    suffix = f"-{config}" if config else ""
    upload = tmp_path / "work" / "upload"
    assert (upload / dataset / f"01_RES{suffix}" / "mask001.tif").is_file()
    elsewhere = run_packed(tmp_path, dataset, f"{dataset}-01{suffix}.sh")
    assert_same_masks(elsewhere / f"01_RES{suffix}", upload / dataset / f"01_RES{suffix}")


def test_without_a_terminal_it_wants_a_word(server, tmp_path, monkeypatch, capsys):
    dataset = "Fluo-C3DH-A549-SIM"
    for part in ("training", "test"):
        (tmp_path / "server" / f"{part}-datasets").mkdir()
        (tmp_path / "server" / f"{part}-datasets" / f"{dataset}.zip").write_bytes(b"nothing")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    command = ["participate", dataset, "--base-url", server, "--work", str(tmp_path / "work"), "--to", str(tmp_path)]
    assert main(command) == 2
    assert "no terminal to ask at: add --yes to start" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()
