"""Results to be scored are built as the tests of the measures build them; one result is to be looked at."""

from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from tests.evaluation.conftest import world

__all__ = ["world"]


@pytest.fixture
def one_cell(tmp_path: Path) -> Path:
    """The folder of a dataset, with a sequence 02 of one frame and its mask of one cell."""
    labels = np.zeros((3, 20, 30), np.uint16)
    labels[1, 5:10, 5:10] = 1
    for name in ("02", "02_RES"):
        (tmp_path / "mine" / name).mkdir(parents=True)
    write_frame(tmp_path / "mine/02/t000.tif", labels * 50 + 10)
    write_mask(tmp_path / "mine/02_RES/mask000.tif", labels)
    return tmp_path / "mine"
