import pytest

from ctc_submission.challenge.files import find_frames
from ctc_submission.cli import main


def test_a_sequence_with_truth_is_written(tmp_path, capsys):
    folder = tmp_path / "Fluo-C3DL-MDA231"
    options = ("--frames", "2", "--scale", "0.2", "--seed", "3", "--sequence", "02")
    assert main(["simulate", "Fluo-C3DL-MDA231", str(folder), *options]) == 0
    assert f"2 frames in {folder}/02, reference annotations in {folder}/02_GT" in capsys.readouterr().out
    assert [frame.number for frame in find_frames(folder / "02")] == [0, 1]
    assert list((folder / "02_GT" / "SEG").glob("man_seg_*.tif"))
    assert (folder / "02_GT" / "TRA" / "man_track.txt").is_file()


def test_a_field_of_view_that_the_margin_takes_most_of_is_told(tmp_path, caplog):
    for scale, told in (("0.05", "leaves 0 x 0 of 26 x 26 pixels"), ("0.2", "leaves 52 x 52 of 102 x 102 pixels")):
        assert main(["simulate", "Fluo-C3DL-MDA231", str(tmp_path / scale), "--frames", "1", "--scale", scale]) == 0
        assert told in caplog.text
        caplog.clear()
    assert main(["simulate", "Fluo-N3DL-TRIC", str(tmp_path / "TRIC"), "--frames", "1", "--scale", "0.05"]) == 0
    assert not caplog.text


def test_what_cannot_be_simulated_is_refused(tmp_path, capsys):
    assert main(["simulate", "Fluo-N3DH-CE", str(tmp_path)]) == 2
    assert "'Fluo-N3DH-CE' cannot be simulated: expected one of Fluo-C3DL-MDA231" in capsys.readouterr().err


@pytest.mark.parametrize("option", [("--annotate", "frames"), ("--whole-truth",)])
def test_whole_frames_are_annotated_where_asked_for_by_either_name(option, tmp_path):
    assert main(["simulate", "Fluo-N3DL-TRIC", str(tmp_path), "--frames", "1", "--scale", "0.05", *option]) == 0
    assert [path.name for path in (tmp_path / "01_GT" / "SEG").iterdir()] == ["man_seg000.tif"]
