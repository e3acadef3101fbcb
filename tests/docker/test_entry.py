"""The image's entry, run directly: what it finds in the folder of the data, what it runs, how it refuses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "SW").glob("[!_]*.sh"))
SAYS_ITS_ARGUMENTS = """#!/bin/sh
if [ "$1" != -m ]; then cat >/dev/null; exit; fi
echo "$*"
case "$*" in *$FAILS_ON*) exit 3 ;; esac
"""


def call(data: Path, *arguments: str, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the entry on a folder of data; interpreter: one that says its arguments, or the one named."""
    environment = os.environ | {"DATA_DIR": str(data), "PYTHON": str(data.parent / "python"), "FAILS_ON": "nothing"}
    environment |= {name: str(value) for name, value in variables.items()}
    return subprocess.run(
        [ROOT / "docker/entry.sh", *arguments], env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two frames of a sequence and one of another, none in a third; beside it, an interpreter that only speaks."""
    (tmp_path / "python").write_text(SAYS_ITS_ARGUMENTS)
    (tmp_path / "python").chmod(0o755)
    folder = tmp_path / "my data"
    for frame in ("Fluo-C3DL-MDA231/01/t000.tif", "Fluo-C3DL-MDA231/01/t001.tif", "Fluo-N3DL-TRIC/02/t000.tif"):
        (folder / frame).parent.mkdir(parents=True, exist_ok=True)
        (folder / frame).touch()
    (folder / "Fluo-N3DL-TRIC/01").mkdir()
    return folder


def test_it_is_sound() -> None:
    check = ["shellcheck"] if shutil.which("shellcheck") else ["bash", "-n"]
    done = subprocess.run([*check, ROOT / "docker/entry.sh"], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_it_explains_itself_and_lists_what_it_finds(data: Path, arguments: list[str]) -> None:
    done = call(data, *arguments)

    assert (done.returncode, done.stderr) == (0, "")
    assert '-v "$PWD/data:/data"' in done.stdout
    found = dict(line.split(maxsplit=1) for line in done.stdout.split(f"found in {data}:\n")[1].splitlines())
    assert sorted(found) == NAMES
    assert {name: frames for name, frames in found.items() if frames != "0"} == {
        "Fluo-C3DL-MDA231-01": "2",
        "Fluo-N3DL-TRIC-02": "1",
    }


def test_it_explains_itself_where_no_data_is_mounted(tmp_path: Path) -> None:
    done = call(tmp_path / "nothing")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(" 0\n") == len(NAMES)


def test_a_name_runs_the_script_with_options(data: Path) -> None:
    done = call(data, "Fluo-C3DL-MDA231-01", "--device", "cpu")

    assert done.returncode == 0, done.stderr
    folder = f"{data}/Fluo-C3DL-MDA231"
    assert done.stdout.startswith(f"-m ctc_submission segment {folder}/01 {folder}/01_RES --dataset")
    assert done.stdout.endswith("--device cpu\n")


def test_all_runs_what_has_frames(data: Path) -> None:
    done = call(data, "all", "--overwrite")

    assert done.returncode == 0, done.stderr
    titles = [line for line in done.stdout.splitlines() if line.startswith("== ")]
    assert titles == ["== Fluo-C3DL-MDA231-01", "== Fluo-N3DL-TRIC-02"]
    assert done.stdout.count("--overwrite\n") == 2


def test_all_goes_on_after_a_failure_and_names_it(data: Path) -> None:
    done = call(data, "all", FAILS_ON="MDA231")

    assert done.returncode == 2
    assert "== Fluo-N3DL-TRIC-02" in done.stdout
    assert done.stderr == "ctc-submission: 1 of 2 scripts failed: Fluo-C3DL-MDA231-01\n"


def test_all_without_any_frames_is_refused(tmp_path: Path) -> None:
    done = call(tmp_path, "all")

    assert done.returncode == 2
    assert f"no frames found in {tmp_path}" in done.stderr


@pytest.mark.parametrize("name", ["Fluo-C3DL-MDA231", "_setup", "../docker/entry", "--device", "Fluo.C3DL-MDA231-01"])
def test_an_unknown_name_is_refused(data: Path, name: str) -> None:
    done = call(data, name)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ctc-submission: no script is named '{name}', expected one of {NAMES[0]} ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(), reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_named(data: Path) -> None:
    (data / "Fluo-C3DL-MDA231").chmod(0o555)
    for folder in (data, *data.parents[:4]):  # below /tmp, with or without a folder of the test's worker
        folder.chmod(folder.stat().st_mode | 0o055)
    drop = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"] if os.geteuid() == 0 else []

    done = subprocess.run(
        [*drop, ROOT / "docker/entry.sh", "Fluo-C3DL-MDA231-01"],
        env=os.environ | {"DATA_DIR": str(data)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert f"cannot write to {data}/Fluo-C3DL-MDA231: add --user" in done.stderr


def test_the_toolkit_can_be_called(data: Path) -> None:
    assert call(data, "ctc-submission", "info", "a b.tif").stdout == "-m ctc_submission info a b.tif\n"
    assert call(data, "check", "--device", "cpu").stdout == "-m ctc_submission check --device cpu\n"


def test_check_works(data: Path, checkpoints: dict[str, Path]) -> None:
    done = call(data, "check", str(checkpoints["centers"]), PYTHON=sys.executable, PYTHONPATH=ROOT, OMP_NUM_THREADS="1")

    assert done.returncode == 0, done.stderr
    assert "centers.safetensors: 0.9 M parameters" in done.stdout
