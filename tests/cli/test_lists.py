import pytest

from ctc_submission.cli import main
from ctc_submission.cli.lists import split_lists


@pytest.mark.parametrize("given", [["--spacing", "2,0.5,0.5"], ["--spacing=2,0.5,0.5"], ["--spacing", "2, 0.5, 0.5"]])
def test_a_voxel_size_may_be_one_word(given: list[str]) -> None:
    assert split_lists(["segment", *given, "a,b"]) == ["segment", "--spacing", "2", "0.5", "0.5", "a,b"]


def test_other_arguments_stay() -> None:
    words = ["segment", "a,b.tif", "--axes=Z,Y", "--spacing", "2", "0.5", "0.5"]
    assert split_lists(words) == words


def test_two_lengths_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["segment", "a.tif", "masks", "--dataset", "nuclei", "--spacing", "2,0.5"])
    assert "argument --spacing: expected 3 arguments" in capsys.readouterr().err
