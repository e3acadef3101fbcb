from pathlib import Path

import pytest

from ctc_submission.participation.entry import Participation


@pytest.fixture
def entry(tmp_path: Path) -> Participation:
    """A participation of which nothing is done."""
    return Participation("Fluo-C3DL-MDA231", tmp_path / "work", data=tmp_path / "data")
