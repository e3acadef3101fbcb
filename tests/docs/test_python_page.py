"""The code of docs/python.md, run block after block in one folder, and the notebook beside it."""

import re
from pathlib import Path

import numpy as np
import pytest

import ctc_submission as ctc
from ctc_submission.challenge.files import read_frame, write_frame, write_mask
from tests.conftest import ball_stack

DOCS = Path(__file__).parents[2] / "docs"
MDA231 = "Fluo-C3DL-MDA231"


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_frame("embryo.tif", ball_stack(0, (4, 64, 64)), spacing=(2.0, 0.5, 0.5))
    for name in ("01_GT/SEG/man_seg000.tif", "01_RES/mask000.tif"):
        (tmp_path / MDA231 / name).parent.mkdir(parents=True)
        write_mask(tmp_path / MDA231 / name, np.eye(8, dtype=np.uint16)[None])
    found: dict[str, object] = {}
    blocks = re.findall(r"^```python\n(.*?)^```$", (DOCS / "python.md").read_text(), re.MULTILINE | re.DOTALL)
    for block in blocks:
        exec(block.replace("minutes=10", "minutes=0.002"), found)
        if "device=" in block:
            expected = found["model"].segment(read_frame("embryo.tif"), (2.0, 0.5, 0.5))
    assert len(blocks) == 7
    np.testing.assert_array_equal(found["found"].labels, expected)
    assert found["linked"].shape == (2, 4, 64, 64)
    assert str(found["found"].voxel_size) == "2 x 0.5 x 0.5 (stated)"
    assert str(found["found"].cell_diameter) == "16 pixels (stated)"


def test_the_page_names_what_the_package_has() -> None:
    named = set(re.findall(r"ctc\.(\w+)", (DOCS / "python.md").read_text()))
    assert named == {"Model", "seg", "det", "evaluate", "link"}
    assert named <= set(ctc.__all__)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(DOCS.parent))
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("laptrack")
    notebook = nbformat.read(DOCS / "segment.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))
    assert "SEG 0." in printed
