from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.cli import main
from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.official import main_tra

EMBRYO = Path(__file__).parents[3] / "shared" / "data" / "celegans-embryo"


def write_masks(results: Path) -> None:
    results.mkdir(parents=True)
    for number in range(2):
        mask = np.zeros((2, 10, 30), np.uint16)
        mask[0, 2 + number, 4:7] = 7 + number
        mask[1, 5, 20:24] = 2 + 2 * number
        write_mask(results / f"mask{number:03d}.tif", mask)


def test_masks_are_linked_beside_the_results(tmp_path, capsys):
    results = tmp_path / "Fluo-C3DL-MDA231" / "01_RES"
    write_masks(results)
    assert main(["link", str(results)]) == 0
    printed = capsys.readouterr().out
    assert "2 masks and res_track.txt in " in printed
    assert "01_RES-linked: 2 tracks, 0 divisions\n" in printed
    assert "voxel z,y,x 6 x 1.242 x 1.242 um (Fluo-C3DL-MDA231)\n" in printed
    assert (results.with_name("01_RES-linked") / "res_track.txt").read_text() == "1 0 1 0\n2 0 1 0\n"


def test_everything_can_be_chosen(tmp_path, monkeypatch, capsys):
    write_masks(tmp_path / "01_RES")
    monkeypatch.chdir(tmp_path / "01_RES")
    options = ["--spacing", "2", "1", "1", "--max-distance", "0.5", "--max-division-distance", "0", "--max-gap", "1"]
    assert main(["link", ".", "--output", str(tmp_path / "out"), *options]) == 0
    printed = capsys.readouterr().out
    assert "3 tracks, 0 divisions" in printed
    assert "voxel z,y,x 2 x 1 x 1 (--spacing)\nlargest movement of a cell 0.5, of a daughter 0\n" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no folder"),
        (["01_RES", "--dataset", "Fluo"], "unknown dataset 'Fluo'"),
        (["01_RES", "--spacing", "1", "0", "1"], "voxel size of --spacing is [1.0, 0.0, 1.0]"),
        (["01_RES", "--max-gap", "-1"], "max_gap is -1"),
    ],
)
def test_bad_input_is_one_line(tmp_path, monkeypatch, capsys, arguments, message):
    write_masks(tmp_path / "01_RES")
    monkeypatch.chdir(tmp_path)
    assert main(["link", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ctc-submission: ")
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.skipif(not EMBRYO.is_dir(), reason="the recording of an embryo is not here")
def test_a_real_lineage_is_found_again_from_its_markers(tmp_path, capsys):
    (tmp_path / "01_GT").symlink_to(EMBRYO / "01_GT")
    rng = np.random.default_rng(0)
    (tmp_path / "shuffled").mkdir()
    for marker in find_frames(EMBRYO / "01_GT" / "TRA", "man_track"):
        labels = read_frame(marker.path)
        shuffled = np.zeros(int(labels.max()) + 1, np.uint16)
        present = np.unique(labels)[1:]
        shuffled[present] = 1 + rng.permutation(len(present))
        write_mask(tmp_path / "shuffled" / f"mask{marker.number:03d}.tif", shuffled[labels])
    assert (
        main(["link", str(tmp_path / "shuffled"), "--output", str(tmp_path / "01_RES"), "--spacing", "5", "1", "1"])
        == 0
    )
    assert "64 tracks, 16 divisions" in capsys.readouterr().out
    assert evaluate_sequence(tmp_path, "01").measures.lnk == 1
    assert main_tra([str(tmp_path), "01", "3"]) == 0
    assert capsys.readouterr().out == "TRA measure: 1.000000\n"
