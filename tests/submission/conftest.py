"""A tiny submission without a flaw: frames, masks, tracks, the record of the run, executables, weights."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ctc_submission.challenge.files import write_frame, write_mask

SHAPE = (4, 90, 100)
FRAMES = 3
DATASET = "Fluo-C3DL-MDA231"
SCRIPT = """\
#!/usr/bin/env bash
# Segments Fluo-C3DL-MDA231, sequence 01.
# Runs the routine "segment" with 3 input parameters: input, output, model.
# Prerequisites: Python, numpy.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_setup.sh"
temporary=$(mktemp -d)
trap 'rm -r "$temporary" 2>/dev/null' EXIT
"$python" segment.py "$data/Fluo-C3DL-MDA231/01" "$data/Fluo-C3DL-MDA231/01_RES" --model "$models/mda.safetensors"
"""


@dataclass(frozen=True)
class World:
    """The submission."""

    root: Path
    """Folder of the dataset and SW."""

    @property
    def dataset_dir(self) -> Path:
        return self.root / DATASET

    @property
    def results(self) -> Path:
        return self.dataset_dir / "01_RES"

    @property
    def sw(self) -> Path:
        return self.root / "SW"

    @property
    def script(self) -> Path:
        return self.sw / f"{DATASET}-01.sh"

    def mask(self, frame: int) -> Path:
        return self.results / f"mask{frame:03d}.tif"

    @staticmethod
    def cells() -> np.ndarray:
        """Return two cells through two slices, labels 3 and 8, in the field of interest."""
        labels = np.zeros(SHAPE, np.uint16)
        labels[1:3, 30:38, 30:40] = 3
        labels[1:3, 50:60, 60:66] = 8
        return labels

    def write_mask(self, frame: int, labels: np.ndarray) -> None:
        write_mask(self.mask(frame), labels)

    def add_voxels(self, box: tuple[slice, slice, slice], label: int) -> None:
        """Add a box of one label to mask 1."""
        labels = self.cells()
        labels[box] = label
        self.write_mask(1, labels)

    def write_record(self, seconds: float) -> None:
        """Write the record of a run whose frames took so many seconds each."""
        frames = {f"t{number:03d}.tif": {"seconds": seconds} for number in range(FRAMES)}
        content = {"device": "cuda", "made_by": {"weights": {"mda": "1"}}, "frames": frames}
        (self.dataset_dir / "01_RES.json").write_text(json.dumps(content))

    def edit_script(self, before: str, after: str) -> None:
        text = self.script.read_text()
        assert before in text
        self.script.write_bytes(text.replace(before, after).encode())


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    frames = made.dataset_dir / "01"
    for folder in (frames, made.results, made.sw):
        folder.mkdir(parents=True)
    for number in range(FRAMES):
        write_frame(frames / f"t{number:03d}.tif", np.full(SHAPE, 100, np.uint16))
        made.write_mask(number, made.cells())
    (made.results / "res_track.txt").write_text("3 0 2 0\n8 0 2 0\n")
    made.write_record(seconds=1.5)
    write_software(made)
    return made


def write_software(world: World) -> None:
    """Write SW."""
    world.script.write_text(SCRIPT)
    world.script.chmod(0o755)
    (world.sw / "_setup.sh").write_text("python=python3\ndata=..\nmodels=models\n")
    (world.sw / "segment.py").write_text("import numpy\n")
    (world.sw / "requirements.txt").write_text("numpy\n")
    (world.sw / "README.md").write_text("How to run it.\n")
    (world.sw / "models").mkdir()
    save_file({"weight": np.ones(5, np.float32)}, world.sw / "models" / "mda.safetensors")
