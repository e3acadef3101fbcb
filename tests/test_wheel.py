"""The wheel: built, installed into an empty folder, and used from another one, without the repository."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from ctc_submission.resources import DOCUMENTS, FOLDERS

ROOT = Path(__file__).parents[1]
TRIC = "Fluo-N3DL-TRIC"
LARGEST = 80e6
"""Bytes that the wheel may have."""
QUICK = ("--device", "cpu", "--runtime", "torch", "--cell-diameter", "16")
LEFT_OUT = ("__pycache__", "*.egg-info", "build")


def call(*command: str | Path, folder: Path, modules: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with nothing of the repository on Python's path, and no proxy that answers."""
    left = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CTC_SUBMISSION_MO"))}
    environment = {**left, "PYTHONPATH": str(modules or ""), "https_proxy": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def use(installed: Path, folder: Path, arguments: Sequence[str]) -> str:
    """Call the installed command."""
    command = (sys.executable, "-m", "ctc_submission", *arguments)
    return call(*command, folder=folder, modules=installed).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, as a build leaves files beside its sources."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("ctc_submission", *FOLDERS):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("pyproject.toml", "setup.py", "README.md", *DOCUMENTS):
        shutil.copy2(ROOT / name, copy)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--no-build-isolation")
    call(*pip, "--quiet", "--wheel-dir", copy / "dist", copy, folder=copy)
    (path,) = (copy / "dist").glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of modules with the package alone; those that it needs are lent by this Python."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--no-index")
    call(*pip, "--quiet", "--target", folder, wheel, folder=folder)
    return folder


def test_the_wheel_holds_all_and_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    wanted = [path for folder in FOLDERS for path in (ROOT / folder).iterdir() if path.is_file()]
    assert {f"ctc_submission/{path.parent.name}/{path.name}" for path in wanted} <= names
    assert {f"ctc_submission/{name}" for name in (*DOCUMENTS, "py.typed")} <= names
    assert {name.rpartition("/")[2] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "setup"))]


def test_an_installed_wheel_segments_scores_validates_and_packs(installed: Path, tmp_path: Path) -> None:
    use(installed, tmp_path, ("simulate", TRIC, TRIC, "--frames", "1", "--scale", "0.08", "--annotate", "frames"))
    frame, results = f"{TRIC}/01/t000.tif", f"{TRIC}/01_RES"
    done = use(installed, tmp_path, ("segment", frame, results, "--dataset", "nuclei", *QUICK))
    assert done.startswith(f"1 masks in {results}")
    assert "SEG" in use(installed, tmp_path, ("evaluate", TRIC, "01"))
    assert "0 errors" in use(installed, tmp_path, ("validate", TRIC, "01"))
    packed = ("package", "upload", "--datasets", TRIC, "--sequences", "01", "--results", TRIC)
    assert "0 errors, 0 warnings" in use(installed, tmp_path, packed)
    with zipfile.ZipFile(tmp_path / "upload/SW.zip") as archive:
        names = archive.namelist()
    assert f"SW/models/{TRIC}-lite0.safetensors" in names
    assert "SW/ctc_submission/resources.py" in names
    assert not [name for name in names if name.startswith(("SW/ctc_submission/models", "SW/ctc_submission/SW"))]


def test_executables_run_where_they_are_installed(installed: Path, tmp_path: Path) -> None:
    script = installed / "ctc_submission/SW" / f"{TRIC}-01.sh"
    assert os.access(script, os.X_OK)
    says = tmp_path / "python"
    says.write_text('#!/bin/sh\n[ "$1" = - ] && exit\nprintf "%s\\n" "$PYTHONPATH" "$@"\n')
    says.chmod(0o755)
    done = call("env", f"PYTHON={says}", f"DATA_DIR={tmp_path}", script, folder=tmp_path)
    assert str(installed) in done.stdout.splitlines()[0].split(":")
    assert str(installed / "ctc_submission/models" / f"{TRIC}-lite0.safetensors") in done.stdout.splitlines()


def test_another_folder_of_models_can_be_named(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/mine.toml").touch()
    command = ("env", "CTC_SUBMISSION_MODELS=own", sys.executable, "-m", "ctc_submission", "segment", "--help")
    said = call(*command, folder=tmp_path, modules=installed).stdout
    assert "use a shipped configuration: mine" in " ".join(said.split())
