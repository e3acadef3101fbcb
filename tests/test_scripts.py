"""The challenge's executables in SW: what they run, and that they run."""

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.cli.segment import add_arguments, chosen_configuration
from ctc_submission.network.card import read_card
from ctc_submission.segmentation.configuration import CONFIGURATIONS, Configuration
from ctc_submission.simulation.simulate import simulate_sequence

ROOT = Path(__file__).parents[1]
WRITING = ROOT / "run_scripts/write_scripts.py"
SCRIPTS = [f"{name}-{sequence}" for name in CONFIGURATIONS if name in DATASETS for sequence in ("01", "02")]
SAYS_ITS_ARGUMENTS = '#!/bin/sh\nif [ "$1" = -m ]; then printf "%s\\n" "$@"; else cat >/dev/null; fi\n'

spec = importlib.util.spec_from_file_location("write_scripts", WRITING)
writing = importlib.util.module_from_spec(spec)
spec.loader.exec_module(writing)


def call(*command: str | Path, folder: Path, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with environment variables added to this process's."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATA_DIR", "PYTHON", "PYTHONPATH")
    }
    environment |= {"PYTHON": sys.executable, "OMP_NUM_THREADS": "1"} | {
        name: str(it) for name, it in variables.items()
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def simulate(folder: Path, dataset: str, sequence: str = "01") -> None:
    """Simulate a tiny frame."""
    simulate_sequence(folder / dataset, dataset, frames=1, seed=1, sequence=sequence, scale=0.15)


def mask_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def talking_python(tmp_path: Path) -> Path:
    """An interpreter that has all packages and only says what it is to run."""
    path = tmp_path / "python"
    path.write_text(SAYS_ITS_ARGUMENTS)
    path.chmod(0o755)
    return path


@pytest.fixture
def archive(tmp_path: Path, checkpoints: dict[str, Path]) -> Path:
    """An unpacked submission: package and weights in SW, data to come beside it."""
    folder = tmp_path / "unpacked" / "SW"
    shutil.copytree(ROOT / "SW", folder)
    shutil.copytree(ROOT / "ctc_submission", folder / "ctc_submission", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "models", folder / "models", ignore=shutil.ignore_patterns("*.safetensors", "*.md"))
    for model in {configuration.segmentation_model.name for configuration in CONFIGURATIONS.values()}:
        (folder / "models" / model).symlink_to(checkpoints["segmentation"])
    return folder


def test_there_is_a_script_for_every_dataset_and_sequence_and_no_other() -> None:
    assert sorted(path.stem for path in (ROOT / "SW").glob("*.sh")) == sorted([*SCRIPTS, "_setup"])


@pytest.fixture
def written(script: str, talking_python: Path, tmp_path: Path) -> Configuration:
    """The configuration that the parameters written in a script make, without the dataset's."""
    words = call(ROOT / f"SW/{script}.sh", folder=tmp_path, PYTHON=talking_python).stdout.splitlines()[3:]
    (tmp_path / "bare.toml").write_text('segmentation_model = "none"\ndimensions = 3\n')
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return chosen_configuration(parser.parse_args([*words[:2], "--config", str(tmp_path / "bare.toml"), *words[4:]]))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_segments_its_sequence_and_passes_options_on(
    script: str, talking_python: Path, tmp_path: Path
) -> None:
    dataset, sequence = script[:-3], script[-2:]
    _, module, command, *words = call(
        ROOT / f"SW/{script}.sh", "--device", "cpu", folder=tmp_path, PYTHON=talking_python
    ).stdout.splitlines()
    assert (module, command) == ("ctc_submission", "segment")
    assert words[:4] == [f"{ROOT / dataset / sequence}", f"{ROOT / dataset / sequence}_RES", "--dataset", dataset]
    assert words[-2:] == ["--device", "cpu"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_written_parameters_alone_make_the_dataset_s_configuration(script: str, written: Configuration) -> None:
    shipped = CONFIGURATIONS[script[:-3]]
    assert written == replace(shipped, pseudocolor=shipped.pseudocolor or written.pseudocolor)


@pytest.mark.parametrize("script", SCRIPTS)
def test_written_border_and_voxel_size_are_the_challenge_s(script: str, written: Configuration) -> None:
    dataset = DATASETS[script[:-3]]
    assert written.labeling.field_margin == dataset.field_margin
    assert written.labeling.spacing == (dataset.spacing or CONFIGURATIONS[dataset.name].labeling.spacing)


@pytest.mark.parametrize("script", SCRIPTS)
def test_written_coloring_is_that_of_the_weights(script: str, written: Configuration) -> None:
    shipped = CONFIGURATIONS[script[:-3]]
    for model in (shipped.segmentation_model, shipped.center_model):
        if model is not None and model.is_file():
            trained = read_card(model).pseudocolor
            assert (written.pseudocolor or trained) == (shipped.pseudocolor or trained)


def test_scripts_are_written_from_the_configurations() -> None:
    written = writing.written_scripts()
    assert sorted(path.stem for path in written) == sorted(SCRIPTS)
    for path, text in written.items():
        assert path.read_text() == text, f"write it anew: python {WRITING}"


@pytest.mark.parametrize("script", SCRIPTS)
def test_header_names_the_input_parameters(script: str) -> None:
    header, body = (ROOT / f"SW/{script}.sh").read_text().split("set -euo pipefail\n")
    count, names = re.search(r"(\d+) input parameters: ([\w\s,#-]+)\.", header).groups()

    written = re.findall(r"--([\w-]+)", body)
    assert re.split(r"[,\s#]+", names) == written
    assert int(count) == len(written)


@pytest.mark.parametrize("script", sorted((ROOT / "SW").glob("[!_]*.sh")), ids=lambda path: path.stem)
def test_scripts_can_be_executed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")


def test_a_sequence_is_segmented_from_any_folder_through_a_link(tmp_path: Path, checkpoints: dict[str, Path]) -> None:
    simulate(tmp_path / "my data", "Fluo-C3DL-MDA231")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/mda").symlink_to(ROOT / "SW/Fluo-C3DL-MDA231-01.sh")
    models = [
        f"--{name}-model={checkpoints[kind]}"
        for name, kind in (("segmentation", "segmentation"), ("center", "centers"))
    ]
    (tmp_path / "timm.py").write_text("raise ImportError('a module of the folder the script was called from')")

    done = call(
        "bash", "-c", 'mda "$@"', "bash", *models, "--device=cpu", "--runtime=torch",
        folder=tmp_path, DATA_DIR="my data", PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert mask_names(tmp_path / "my data/Fluo-C3DL-MDA231/01_RES") == ["mask000.tif"]


@pytest.mark.parametrize("script", ["Fluo-N3DL-TRIC-02", "Fluo-C3DH-A549-SIM-01"])
def test_an_unpacked_submission_finds_its_data_beside_it(archive: Path, script: str, tmp_path: Path) -> None:
    dataset, sequence = script[:-3], script[-2:]
    simulate(archive.parent, dataset, sequence)

    done = call(archive / f"{script}.sh", "--device=cpu", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert mask_names(archive.parent / dataset / f"{sequence}_RES") == ["mask000.tif"]


def refused(script: Path, folder: Path, **variables: str | Path) -> str:
    """Return the one line with which a script ends that cannot do its work."""
    done = call(script, folder=folder, **variables)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_missing_data_is_named(tmp_path: Path) -> None:
    error = refused(ROOT / "SW/Fluo-N3DL-TRIC-01.sh", tmp_path, DATA_DIR="nowhere")

    assert "nowhere/Fluo-N3DL-TRIC/01" in error


def test_nothing_is_imported_from_the_folder_of_the_call_by_a_python_that_knows_no_safe_path(tmp_path: Path) -> None:
    older = tmp_path / "python"  # as 3.10 does, it takes no notice of the variable
    older.write_text(f'#!/bin/sh\nunset PYTHONSAFEPATH\nexec "{sys.executable}" "$@"\n')
    older.chmod(0o755)
    for name in ("runpy", "argparse", "tifffile", "numpy", "importlib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a module of the folder the script was called from')")

    error = refused(ROOT / "SW/Fluo-N3DL-TRIC-01.sh", tmp_path, DATA_DIR="nowhere", PYTHON=older)

    assert "nowhere/Fluo-N3DL-TRIC/01" in error


def test_missing_weights_are_named(archive: Path, tmp_path: Path) -> None:
    simulate(archive.parent, "Fluo-C3DH-A549-SIM")
    (archive / "models/Fluo-C3DH-A549-SIM-lite0.safetensors").unlink()

    error = refused(archive / "Fluo-C3DH-A549-SIM-01.sh", tmp_path)

    assert str(archive / "models/Fluo-C3DH-A549-SIM-lite0.safetensors") in error


def test_missing_packages_are_named(tmp_path: Path) -> None:
    venv.create(tmp_path / "empty")

    error = refused(ROOT / "SW/Fluo-N3DL-TRIC-01.sh", tmp_path, PYTHON=tmp_path / "empty/bin/python")

    assert "empty/bin/python lacks cv2, imagecodecs, numpy" in error
    assert f"-m pip install -r {ROOT}/requirements.txt" in error


def test_an_interpreter_that_does_not_run_is_named(tmp_path: Path) -> None:
    assert "cannot run 'no-python'" in refused(ROOT / "SW/Fluo-N3DL-TRIC-01.sh", tmp_path, PYTHON="no-python")


def test_an_environment_in_sw_is_preferred(archive: Path, talking_python: Path, tmp_path: Path) -> None:
    (archive / ".venv/bin").mkdir(parents=True)
    talking_python.rename(archive / ".venv/bin/python")

    assert call(archive / "Fluo-N3DL-TRIC-01.sh", folder=tmp_path, PYTHON="").stdout.startswith("-m\nctc_submission\n")
