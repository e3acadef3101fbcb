"""The scripts a person runs: how they come by an environment, and that they are sound."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = [*sorted(ROOT.glob("SW/*.sh")), *sorted(ROOT.glob("run_scripts/*.sh")), ROOT / ".ci/run"]
TOOLS = ("basename", "bash", "cat", "cksum", "dirname", "env", "grep", "ls", "readlink", "uname")


def call(*command: str | Path, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command with environment variables added to this process's."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHON", "VENV", "TORCH_INDEX", "UV")
    }
    environment |= {name: str(value) for name, value in variables.items()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1800)


def call_helper(command: str, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Call a function that the scripts share."""
    lines = f"set -euo pipefail; source '{ROOT}/run_scripts/_environment.sh'; {command}"
    return call("bash", "-c", lines, "quickstart.sh", **variables)


def make_environment(extras: str = "", **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Make an environment as the scripts do."""
    return call_helper(f"make_environment '{extras}'", **variables)


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder with the usual tools, but no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return folder


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """An environment that an installation with [dev] left complete."""
    folder = tmp_path / "ready"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    stamp = call("bash", "-c", f"cd '{ROOT}' && echo \"$(cksum <pyproject.toml) $PWD\"").stdout
    (folder / "ctc-submission[dev].stamp").write_text(stamp)
    return folder


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound(script: Path) -> None:
    checks = [["bash", "-n"], ["shellcheck"]] if shutil.which("shellcheck") else [["bash", "-n"]]
    for check in checks:
        done = call(*check, script)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["quickstart.sh", "test.sh", "check.sh", "check_gpu.sh"])
def test_scripts_say_first_what_they_do(name: str) -> None:
    text = (ROOT / "run_scripts" / name).read_text()

    assert os.access(ROOT / "run_scripts" / name, os.X_OK)
    assert "\nset -euo pipefail\n" in text
    assert text.startswith("#!/usr/bin/env bash\n# ")


def test_without_a_gpu_one_line_says_so(bare_path: Path) -> None:
    done = call("bash", ROOT / "run_scripts" / "check_gpu.sh", PATH=bare_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "check_gpu.sh: no NVIDIA GPU here (nvidia-smi is missing): nothing is checked\n"


def test_a_ready_environment_is_taken_as_it_is(ready: Path) -> None:
    for extras in ("", "[dev]", "[train]"):
        done = make_environment(extras, VENV=ready)
        assert (done.returncode, done.stdout) == (0, f"== Environment {ready} is ready.\n")


def test_an_environment_of_other_requirements_is_not_ready(ready: Path) -> None:
    (ready / "ctc-submission[dev].stamp").write_text("1 2 /elsewhere\n")

    done = make_environment(VENV=ready)

    assert done.returncode == 2
    assert f"{ready} is no virtual environment: move it away" in done.stderr


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "results.txt").write_text("precious")

    done = make_environment(VENV=tmp_path)

    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["results.txt"]


def test_what_an_interruption_left_of_an_environment_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "venv/lib").mkdir(parents=True)
    assert call_helper("check_folder", VENV=tmp_path / "venv").returncode == 2

    (tmp_path / "venv.making").touch()
    assert call_helper("check_folder", VENV=tmp_path / "venv").returncode == 0


def test_without_a_python_it_says_which_one_is_needed(bare_path: Path, tmp_path: Path) -> None:
    done = make_environment(PATH=bare_path, VENV=tmp_path / "venv")

    assert done.returncode == 2
    assert "no Python from 3.10 to 3.13" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_passed_over(bare_path: Path, tmp_path: Path) -> None:
    (bare_path / "python3").write_text('#!/bin/sh\nif [ "$1" = --version ]; then echo Python 3.8.1; else exit 1; fi\n')
    (bare_path / "python3").chmod(0o755)

    done = make_environment(PATH=bare_path, VENV=tmp_path / "venv")

    assert "(python3 is Python 3.8.1)" in done.stderr


def test_a_wrong_python_named_by_the_caller_is_refused(tmp_path: Path) -> None:
    done = make_environment(VENV=tmp_path / "venv", PYTHON="no-python")
    assert done.returncode == 2
    assert "PYTHON is 'no-python', expected a Python from 3.10 to 3.13" in done.stderr


@pytest.mark.parametrize(("status", "calls"), [(0, "uv\n"), (1, "uv\npip\n")])
def test_uv_installs_where_it_is_named_and_pip_where_it_fails(tmp_path: Path, status: int, calls: str) -> None:
    for name in ("uv", "pip"):
        (tmp_path / name).write_text(
            f"#!/bin/sh\necho {name} >>'{tmp_path}/calls'\nexit {status if name == 'uv' else 0}\n"
        )
        (tmp_path / name).chmod(0o755)

    done = call_helper(f"python='{tmp_path}/pip'; install numpy", UV=tmp_path / "uv")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text() == calls


@pytest.mark.parametrize(
    ("variables", "start"),
    [({}, ["<--random-start>"]), ({"ENCODER": "my b5.safetensors"}, ["<--encoder-weights>", "<my b5.safetensors>"])],
)
def test_nuclei_start_at_random_unless_there_are_weights_of_the_encoder(
    tmp_path: Path, variables: dict[str, str], start: list[str]
) -> None:
    environment = tmp_path / "venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/python").write_text('#!/bin/sh\nfor word; do echo "<$word>"; done\n')
    (environment / "bin/python").chmod(0o755)
    stamp = call("bash", "-c", f"cd '{ROOT}' && echo \"$(cksum <pyproject.toml) $PWD\"").stdout
    (environment / "ctc-submission[train].stamp").write_text(stamp)
    done = call(ROOT / "run_scripts/train_weights.sh", "nuclei", VENV=environment, RUNS=tmp_path / "runs", **variables)
    assert done.returncode == 0, done.stderr
    words = done.stdout.split("<train>\n")[1].split("<-m>")[0].splitlines()
    assert words[-len(start) :] == start
    assert not {"<--random-start>", "<--encoder-weights>"}.intersection(words[: -len(start)])


@pytest.mark.slow
def test_quickstart_in_a_fresh_clone_twice(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    call("git", "clone", "--quiet", ROOT, clone)

    for _ in range(2):
        done = call(clone / "run_scripts/quickstart.sh", VENV=tmp_path / "venv")
        assert done.returncode == 0, done.stderr
        assert (clone / "data/quickstart/picture.png").is_file()
    assert "is ready" in done.stdout
    assert "SEG" in done.stdout


def test_environments_that_are_kept_lie_where_nobody_else_writes(tmp_path: Path) -> None:
    for _ in range(2):
        done = call_helper("private_folder", XDG_CACHE_HOME=tmp_path / "caches")
        assert done.stdout == f"{tmp_path}/caches/ctc-submission\n", done.stderr
    assert (tmp_path / "caches/ctc-submission").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_none_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "ctc-submission").touch()
    done = call_helper("private_folder", XDG_CACHE_HOME=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "belongs to somebody else" in done.stderr


def test_no_script_keeps_anything_under_a_name_that_can_be_foreseen_in_the_folder_for_all() -> None:
    for script in SCRIPTS:
        lines = [line for line in script.read_text().splitlines() if "TMPDIR" in line or "/tmp" in line]
        assert all("mktemp" in line or line.startswith("#") for line in lines), script
