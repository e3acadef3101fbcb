"""From weights to scores with nothing but Python: packed, unpacked elsewhere, run, validated, scored."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from ctc_submission.cli import main
from ctc_submission.simulation.simulate import simulate_sequence
from ctc_submission.submission.packaging.archive import write_archive
from ctc_submission.submission.packaging.collection import REPOSITORY, Sources, collect_software
from ctc_submission.submission.packaging.packed_executables import find_runs
from ctc_submission.submission.software import Software, file_of_text

DATASET = "Fluo-C3DL-MDA231"
BARE = Path(sys.base_prefix) / "bin" / "python3"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel that lends the packages this Python has, as installing all of them anew takes gigabytes.

    The package itself is installed there by a link that is not lent.
    """
    path = tmp_path / "borrowed-1.0-py3-none-any.whl"
    folder = sysconfig.get_paths()["purelib"]
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("borrowed.pth", f"{folder}\n")
        file.writestr("borrowed-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: borrowed\nVersion: 1.0\n")
        file.writestr("borrowed-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("borrowed-1.0.dist-info/RECORD", "")
    return path


@pytest.fixture
def archive(tmp_path: Path, wheel: Path) -> Path:
    """SW.zip with the shipped weights, and that one wheel for all requirements."""
    runs = find_runs(REPOSITORY / "SW", DATASET, None, "GT")
    packed = collect_software(Sources(wheels=(wheel,)), runs, {})
    files = [file for file in packed.files if file.name != "requirements.txt"]
    write_archive(tmp_path / "SW.zip", Software("SW", (*files, file_of_text("requirements.txt", "borrowed\n"))))
    return tmp_path / "SW.zip"


def call(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as on a machine where there is Python, and nothing else of ours."""
    path = f"{BARE.parent}:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": str(folder), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.slow
def test_an_archive_unpacked_elsewhere_runs_with_python_alone(archive: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    if call(BARE, "-c", "import timm", folder=place).returncode == 0 or not Path("/usr/bin/unzip").exists():
        pytest.skip("this Python has the packages already, or there is no unzip")
    simulate_sequence(place / DATASET, DATASET, frames=2, seed=5, scale=0.4)  # in smaller ones, networks see noise
    assert call("unzip", "-q", archive, folder=place).returncode == 0

    done = call("SW/Fluo-C3DL-MDA231-01-GT.sh", "--device=cpu", folder=place)

    assert done.returncode == 0, done.stderr
    assert "making the environment" in done.stderr
    assert (place / "SW/.venv/bin/python").exists()
    results = place / DATASET / "01_RES-GT"
    assert sorted(path.name for path in results.iterdir()) == ["mask000.tif", "mask001.tif"]
    again = call("SW/Fluo-C3DL-MDA231-01-GT.sh", "--device=cpu", folder=place)
    assert "making the environment" not in again.stderr
    assert main(["validate", str(place / DATASET), "01", "--config", "GT"]) == 0
    assert main(["evaluate", str(place / DATASET), "01", "--results", str(results)]) == 0
