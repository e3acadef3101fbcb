"""Help, and any mistyped path, come at once: nothing is imported for them that takes seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

from ctc_submission.cli import COMMANDS

SLOW = {
    "cv2", "distributed", "huggingface_hub", "imagecodecs", "laptrack", "lightning_fabric", "matplotlib", "onnx",
    "openvino", "pandas", "requests", "safetensors", "scipy", "segmentation_models_pytorch", "skimage", "tifffile",
    "timm", "torch", "torchvision",
}  # fmt: skip
"""Packages that take a tenth of a second or more to import, or that import one that does."""
MISTAKES = {
    "segment nowhere out --dataset nuclei": "there is no folder 'nowhere'",
    "segment nowhere.tif out --dataset nuclei": "there is no file 'nowhere.tif'",
    "segment . out --config nowhere.toml": "nowhere.toml: no such configuration file",
    "segment . out --dataset nucleus": "unknown dataset 'nucleus'",
    "segment . out --dataset nuclei --segmentation-model nowhere.safetensors": "nowhere.safetensors: no such weights",
    "info nowhere.tif": "there is no file 'nowhere.tif'",
    "check nowhere.safetensors": "nowhere.safetensors: no such weights",
    "simulate mine out": "'mine' cannot be simulated",
    "train nowhere --dataset mine --output out --random-start": "nowhere: no such folder",
    "train . --dataset mine --output out --start-from nowhere.safetensors": "nowhere.safetensors: no such weights",
    "fine-tune nowhere --from nuclei --output out": "nowhere: no such folder",
    "fine-tune . --from nuclie --output out": "--from 'nuclie': no such model, expected one of",
    "fine-tune . --from nowhere.safetensors --output out": "nowhere.safetensors: no such weights",
    "fine-tune . --from nowhere.toml --output out": "nowhere.toml: no such file",
    "fine-tune . --from nuclei --output out": "there is no folder 01_GT",
    "fit nowhere --output out.toml --dataset nuclei": "nowhere: there is no folder 02_GT",
    "import-weights nowhere.onnx --output out.safetensors": "nowhere.onnx: no such file",
    "export nowhere.safetensors out.onnx": "nowhere.safetensors: no such weights",
    "evaluate nowhere 01": "nowhere: no such folder",
    "link nowhere": "there is no folder",
    "validate nowhere 01": "nowhere/01_RES: no such folder",
    "validate nowhere": "nowhere: no such folder",
    "package out --datasets mine": "no executable for mine",
    "package out --datasets Fluo-N3DL-TRIC --results nowhere": "nowhere: no such folder",
    "package out --datasets Fluo-N3DL-TRIC --models nowhere": "nowhere: no such folder",
    "report nowhere 01": "there is no folder 'nowhere/01'",
    "report --frames . --masks nowhere": "nowhere: no such folder",
    "view nowhere 01": "there is no folder 'nowhere/01'",
    "picture nowhere 01 out.png": "there is no folder 'nowhere/01'",
    "picture --image nowhere.tif --mask mask.tif out.png": "there is no file 'nowhere.tif'",
    "download mine --yes": "unknown dataset 'mine'",
    "participate mine --yes": "unknown dataset 'mine'",
}
"""A mistyped path or name for each command, and what is said of it."""
CALL = """
import sys
from ctc_submission.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
print("\\n", status, *{name.partition(".")[0] for name in sys.modules})
"""


def call(folder: Path, *arguments: str) -> tuple[int, set[str], str]:
    """Call the command in a folder; return its status, what was imported, and standard error."""
    command = [sys.executable, "-c", CALL, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    status, *modules = done.stdout.splitlines()[-1].split()
    return int(status), set(modules), done.stderr


def test_every_command_has_its_mistake() -> None:
    assert {mistake.split()[0] for mistake in MISTAKES} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_nothing_slow(command: str, tmp_path: Path) -> None:
    status, modules, _ = call(tmp_path, command, "--help")
    assert (status, modules & SLOW) == (0, set())


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistyped_path_imports_nothing_slow(mistake: str, tmp_path: Path) -> None:
    status, modules, said = call(tmp_path, *mistake.split())
    assert (status, modules & SLOW) == (2, set())
    assert MISTAKES[mistake] in said
    assert not list(tmp_path.iterdir())


def test_a_value_out_of_range_imports_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "t000.tif").touch()
    status, modules, said = call(
        tmp_path, *["segment", ".", "out", "--dataset", "nuclei", "--foreground-threshold", "2"]
    )
    assert (status, modules & SLOW) == (2, set())
    assert "foreground_threshold is 2.0, expected a probability" in said
