"""The start of a run: what is imported for it."""

import subprocess
import sys
from pathlib import Path

from ctc_submission.challenge.files import write_frame
from tests.conftest import ball_stack

_SCRIPT = """
import sys
from ctc_submission.cli import main

assert main(sys.argv[1:]) == 0
print(*sorted({"torch", "timm"} & set(sys.modules)))
"""


def test_a_converted_network_needs_neither_torch_nor_timm(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    write_frame(tmp_path / "t000.tif", ball_stack(0))

    def segment(results: str) -> str:
        options = ["--dataset", "Fluo-N3DL-TRIC", "--tiles", "1", "--device", "cpu", "--runtime", "openvino"]
        models = ["--segmentation-model", str(checkpoints["segmentation"])]
        command = [sys.executable, "-c", _SCRIPT, "segment", str(tmp_path / "t000.tif"), str(tmp_path / results)]
        return subprocess.check_output([*command, *options, *models], text=True).splitlines()[-1]

    segment("first")
    assert segment("second") == ""
    first, second = (next((tmp_path / results).glob("mask*.tif")) for results in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
