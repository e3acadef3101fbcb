from pathlib import Path

import pytest

from ctc_submission.participation.entry import Entry


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    """A participation of which nothing is done."""
    return Entry("Fluo-C3DL-MDA231", tmp_path / "work", data=tmp_path / "data")
