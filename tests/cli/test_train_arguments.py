"""What ``train`` says before it imports torch."""

import sys
from pathlib import Path

import pytest

from ctc_submission.cli import main

NEW = ("--dataset", "mine", "--output", "out", "--random-start")


def test_a_single_sequence_gets_the_option_that_validates_on_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "01_GT" / "SEG").mkdir(parents=True)
    assert main(["train", str(tmp_path), *NEW]) == 2
    said = capsys.readouterr().err
    assert "there is no folder 02_GT, to validate on" in said
    assert "--validation-fraction 0.2" in said


def test_a_missing_extra_is_told_before_the_data_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    assert main(["train", "nowhere", *NEW]) == 2
    assert "train needs lightning-fabric: pip install 'ctc-submission[train]'" in capsys.readouterr().err
