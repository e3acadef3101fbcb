"""Weights and results to be packed with the repository's own executables and code."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.submission.packaging.collection import REPOSITORY, Sources
from ctc_submission.submission.packaging.packed_executables import find_runs, read_executable, weights_of


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """The repository, with tiny files for weights under the names that the executables have for them."""
    models = tmp_path / "weights"
    models.mkdir()
    for dataset in ("Fluo-C3DL-MDA231", "Fluo-N3DL-TRIC"):
        for run in find_runs(REPOSITORY / "SW", dataset, ["01"], None):
            for name in weights_of(read_executable(REPOSITORY / "SW", run)):
                save_file({"weight": np.ones(3, np.float32)}, models / name)
    (models / "Fluo-N3DL-TRIC.md").write_text("Trained on nothing.\n")
    return Sources(models=models)


@pytest.fixture
def tric(tmp_path: Path) -> Path:
    """A dataset's folder with a frame and its mask in either sequence, regular and generalizable."""
    labels = np.zeros((2, 20, 24), np.uint16)
    labels[0, 5:9, 5:9] = 1
    folder = tmp_path / "data" / "Fluo-N3DL-TRIC"
    for sequence in ("01", "02"):
        for name in (sequence, f"{sequence}_RES", f"{sequence}_RES-GT+ST"):
            (folder / name).mkdir(parents=True)
        write_frame(folder / sequence / "t000.tif", labels)
        for name in (f"{sequence}_RES", f"{sequence}_RES-GT+ST"):
            write_mask(folder / name / "mask000.tif", labels)
    return folder
