from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.cli import main


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    labels = np.zeros((3, 20, 30), np.uint16)
    labels[1, 5:10, 5:10] = 1
    for name in ("02", "02_RES"):
        (tmp_path / "mine" / name).mkdir(parents=True)
    write_frame(tmp_path / "mine/02/t000.tif", labels * 50 + 10)
    write_mask(tmp_path / "mine/02_RES/mask000.tif", labels)
    return tmp_path / "mine"


def test_a_sequence_is_reported_beside_it(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(dataset), "02"]) == 0

    assert capsys.readouterr().out.startswith(f"{dataset / '02_report.html'}, ")
    assert (dataset / "02_report.html").is_file()


def test_one_file_and_its_masks_are_reported_where_wanted(dataset: Path, tmp_path: Path) -> None:
    words = ["--frames", str(dataset / "02/t000.tif"), "--masks", str(dataset / "02_RES")]

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
    dataset: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["report", *(word.format(dataset) for word in words)]) == 2

    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
