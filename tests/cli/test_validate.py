import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.cli import main


@pytest.fixture
def dataset(tmp_path):
    """A dataset that the challenge does not have, with one frame and its mask."""
    folder = tmp_path / "Mine"
    for name in ("01", "01_RES-GT"):
        (folder / name).mkdir(parents=True)
    labels = np.zeros((2, 9, 9), np.uint16)
    labels[0, 4, 4] = 1
    write_frame(folder / "01" / "t000.tif", labels)
    write_mask(folder / "01_RES-GT" / "mask000.tif", labels)
    return folder


def test_generalizable_results_are_found(dataset, capsys):
    assert main(["validate", str(dataset), "01", "--config", "GT"]) == 0
    assert "the dataset is unknown" in capsys.readouterr().out


def test_the_dataset_can_be_named(dataset, capsys):
    assert main(["validate", str(dataset), "01", "--config", "GT", "--dataset", "Fluo-N3DH-CE"]) == 1
    assert "1 objects lie wholly outside the field of interest (50 pixels of margin)" in capsys.readouterr().out


def test_results_may_lie_elsewhere_and_digits_may_be_given(dataset, capsys):
    assert main(["validate", str(dataset), "01", "--results", str(dataset / "01_RES-GT"), "--digits", "4"]) == 1
    assert "has 3 digits, expected 4" in capsys.readouterr().out


def test_a_whole_submission_needs_no_sequence(dataset, capsys):
    assert main(["validate", str(dataset.parent), "--data", str(dataset.parent)]) == 1
    assert "there is no SW" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{}", "02"], "02_RES: no such folder"),
        (["{}", "1"], "sequence is '1', expected two digits"),
        (["{}", "01", "--config", "GT", "--digits", "2"], "digits is 2, expected 3 or more"),
        (["{}", "01", "--dataset", "none"], "unknown dataset 'none'"),
        (["{}", "01", "02", "--results", "x"], "--results names one folder"),
        (["{}", "01", "--data", "x"], "--data goes with a whole submission"),
        (["{}", "--digits", "3"], "--digits goes with a dataset's folder"),
        (["{}", "01", "--config", "GT", "--sw", "nowhere"], "nowhere: no such folder or archive"),
        (["{}/01"], "neither SW nor results"),
    ],
)
def test_bad_input_ends_with_one_line(dataset, capsys, arguments, words):
    assert main(["validate", *(word.format(dataset) for word in arguments)]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
