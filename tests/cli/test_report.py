from pathlib import Path

import pytest

from ctc_submission.cli import main


def test_a_sequence_is_reported_beside_it(one_cell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(one_cell), "02"]) == 0

    assert capsys.readouterr().out.startswith(f"{one_cell / '02_report.html'}, ")
    assert (one_cell / "02_report.html").is_file()


def test_one_file_and_its_masks_are_reported_where_wanted(one_cell: Path, tmp_path: Path) -> None:
    words = ["--frames", str(one_cell / "02/t000.tif"), "--masks", str(one_cell / "02_RES")]

    assert main(["report", *words, "--output", str(tmp_path / "new")]) == 0

    assert (tmp_path / "new/02_RES_report.html").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{}"], "expected DATASET_DIR SEQ"),
        ([], "expected DATASET_DIR SEQ"),
        (["--frames", "{}/02"], "expected --frames RECORDING --masks MASKS"),
        (["{}", "02", "--frames", "a", "--masks", "b"], "both and nothing else"),
        (["{}", "02", "03", "--results", "a"], "one after the other"),
        (["{}", "03"], "there is no folder"),
        (["{}", "02", "--results", "nowhere"], "nowhere: no such folder; expected one with masks"),
        (["--frames", "nowhere", "--masks", "{}/02_RES"], "there is no folder 'nowhere'"),
    ],
)
def test_bad_input_gets_one_clear_line(
    one_cell: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["report", *(word.format(one_cell) for word in words)]) == 2

    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
