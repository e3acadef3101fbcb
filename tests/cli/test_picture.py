from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.cli import main


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    labels = np.zeros((3, 20, 30), np.uint16)
    labels[1, 5:10, 5:10] = 1
    for name in ("02", "02_RES"):
        (folder / name).mkdir(parents=True)
    write_frame(folder / "02/t000.tif", labels * 50 + 10)
    write_mask(folder / "02_RES/mask000.tif", labels)
    return folder


def test_a_frame_of_a_sequence_is_drawn(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = dataset / "out.png"

    assert main(["picture", str(dataset), "02", str(out), "--frame", "0"]) == 0

    assert out.is_file()
    assert capsys.readouterr().out == f"mine, sequence 02, frame 0, slice 1: {out}\n"


def test_files_are_drawn(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame, mask, out = dataset / "02/t000.tif", dataset / "02_RES/mask000.tif", dataset / "out.png"
    words = ["picture", "--image", str(frame), "--mask", str(mask), "--truth", str(mask), str(out), "--slice", "0"]

    assert main(words) == 0

    assert out.is_file()
    assert capsys.readouterr().out == f"t000.tif, slice 0: {out}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{}", "02"], "expected DATASET_DIR SEQ OUT.png"),
        (["{}", "02", "out.png", "--truth", "a.tif"], "--truth goes with --image"),
        (["--image", "a.tif", "out.png"], "expected --image FILE --mask FILE"),
        (["{}", "02", "out.png", "--image", "a.tif", "--mask", "b.tif"], "and no dataset"),
        (["{}", "03", "out.png"], "there is no folder"),
        (["{}", "02", "out.png", "--results", "nowhere"], "nowhere/mask000.tif"),
        (["{}", "02", "out.png", "--frame", "4"], "no frame 4"),
        (["{}", "02", "out.png", "--slice", "-1"], "no slice -1"),
    ],
)
def test_bad_input_gets_one_clear_line(
    dataset: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["picture", *(word.format(dataset) for word in words)]) == 2

    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
