"""run_scripts/docker_*.sh: what they ask an engine to do. An engine that only says its arguments stands in for one."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from ctc_submission import __version__

ROOT = Path(__file__).parents[1]
SPEAKS = '#!/bin/sh\necho "$(basename "$0") $*"\n'
IS_SILENT = "#!/bin/sh\nexit 1\n"
ME = f"{os.getuid()}:{os.getgid()}"


@pytest.fixture
def engines(tmp_path: Path) -> Path:
    """A folder of engines; docker's service does not run."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in {"docker": IS_SILENT, "podman": SPEAKS, "buildah": SPEAKS, "nvidia-smi": SPEAKS}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (tmp_path / "data").mkdir()
    return folder


def call(script: str, engines: Path, *arguments: str, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script beside the folder ``data``."""
    kept = {name: value for name, value in os.environ.items() if name not in ("IMAGE", "DATA_DIR", "RUN_AS", "GPUS")}
    environment = kept | {"PATH": f"{engines}:{os.environ['PATH']}"}
    environment |= {name: str(value) for name, value in variables.items()}
    return subprocess.run(
        [ROOT / "run_scripts" / script, *arguments],
        cwd=engines.parent, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_first_engine_that_answers_builds_the_version_s_tag(engines: Path) -> None:
    done = call("docker_build.sh", engines, "--build-arg", "TORCH_INDEX=https://example.org/cpu")

    assert done.returncode == 0, done.stderr
    command = done.stdout.splitlines()[-1]
    assert command.startswith(f"podman build --tag ctc-submission:{__version__} --build-arg VERSION={__version__} ")
    assert command.endswith("--format docker --layers --build-arg TORCH_INDEX=https://example.org/cpu .")


def test_docker_runs_without_a_network_as_the_caller_with_gpus(engines: Path) -> None:
    (engines / "docker").write_text(SPEAKS)

    done = call("docker_run.sh", engines, "all", "--device", "cuda:1")

    assert done.stdout == (
        f"docker run --rm --init --network none --user {ME} --volume {engines.parent}/data:/data --gpus all "
        f"ctc-submission:{__version__} all --device cuda:1\n"
    )


def test_podman_keeps_the_caller_s_number_and_names_devices(engines: Path) -> None:
    done = call("docker_run.sh", engines, "check", GPUS="0", RUN_AS="12:34", IMAGE="other:1", DATA_DIR="data")

    assert done.stdout.startswith("podman run --rm --init --network none --user 12:34 ")
    assert ("--userns keep-id" in done.stdout) == (os.getuid() != 0)
    assert done.stdout.endswith("--device nvidia.com/gpu=0 other:1 check\n")


def test_buildah_s_container_is_removed(engines: Path) -> None:
    (engines / "buildah").write_text('#!/bin/sh\nif [ "$1" = from ]; then echo box-1; else echo "$*" >&2; fi\n')

    done = call("docker_run.sh", engines, "check", CONTAINER_ENGINE="buildah")

    ran, removed = done.stderr.splitlines()
    assert re.fullmatch(r"run --network none --user \S+ --volume \S+:/data box-1 -- \S+/docker/entry.sh check", ran)
    assert removed == "rm box-1"


def test_gpus_can_be_declined(engines: Path) -> None:
    done = call("docker_run.sh", engines, GPUS="none")

    assert done.stdout.endswith(f"/data:/data ctc-submission:{__version__}\n")


@pytest.mark.parametrize("script", ["docker_build.sh", "docker_run.sh"])
def test_without_an_engine_it_says_what_is_needed(engines: Path, script: str) -> None:
    for name in ("podman", "buildah"):
        (engines / name).write_text(IS_SILENT)

    done = call(script, engines)

    assert (done.returncode, done.stdout) == (2, "")
    assert "neither docker nor podman nor buildah answers" in done.stderr


def test_missing_data_is_named(engines: Path) -> None:
    done = call("docker_run.sh", engines, DATA_DIR="nowhere")

    assert done.returncode == 2
    assert f"{engines.parent}/nowhere: no such folder" in done.stderr


def test_the_health_check_and_the_entry_are_in_the_image() -> None:
    paths = re.findall(r"/opt/ctc-submission/(\S+?)\"", (ROOT / "Dockerfile").read_text())

    assert set(paths) == {"docker/entry.sh"}
    assert os.access(ROOT / "docker/entry.sh", os.X_OK)
