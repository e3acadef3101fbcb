import json
from pathlib import Path

import pytest
import tifffile

from ctc_submission.evaluation.evaluate import evaluate_sequence

CELEGANS = Path(__file__).parents[3] / "shared" / "data" / "celegans-embryo"


@pytest.fixture
def two_cells(world):
    for frame in (0, 1):
        world.seg(frame, "1111.22222")
        world.tra(frame, "1111.22222")
        world.mask(frame, "1111.222..")
    world.tracks("1 0 1 0\n2 0 1 0\n", "1 0 1 0\n2 0 0 0\n3 1 1 2\n")
    world.mask(1, "1111.333..")
    return world


def test_every_measure(two_cells):
    measures = evaluate_sequence(two_cells.folder, "01", parameters=2_000_000).measures
    assert measures.seg == pytest.approx(0.8)
    assert measures.det == 1
    assert measures.tra == pytest.approx(1 - 1 / 43)
    assert measures.lnk == pytest.approx(1 - 1 / 3)
    assert measures.op_csb == pytest.approx(0.9)
    assert measures.op_ctb == pytest.approx((0.8 + 1 - 1 / 43) / 2)
    assert measures.mean_iou == pytest.approx((7 / 9 + 1 / 3) / 2)
    assert measures.peseg == pytest.approx(0.4)


def test_parameters_come_from_the_run_manifest(two_cells):
    (two_cells.folder / "01_RES.json").write_text(json.dumps({"parameters": 4_000_000}))
    evaluation = evaluate_sequence(two_cells.folder, "01")
    assert evaluation.parameters == 4_000_000
    assert evaluation.measures.peseg == pytest.approx(0.2)


def test_another_result_folder(two_cells, tmp_path):
    other = two_cells.results.rename(tmp_path / "run7")
    evaluation = evaluate_sequence(two_cells.folder, "01", results=other)
    assert evaluation.measures.seg == pytest.approx(0.8)
    with pytest.raises(FileNotFoundError, match="01_RES: no such folder"):
        evaluate_sequence(two_cells.folder, "01")


@pytest.mark.parametrize("digits", [2, -1])
def test_too_few_digits_are_refused(two_cells, digits):
    with pytest.raises(ValueError, match=f"digits is {digits}, expected 3 or more"):
        evaluate_sequence(two_cells.folder, "01", digits=digits)


def test_digits_choose_among_the_references(world, world_of_four_digits):
    world.seg(0, "1111")
    world_of_four_digits.seg(0, "1111")
    world_of_four_digits.mask(0, "1111")
    assert evaluate_sequence(world.folder, "01", digits=4).measures.seg == 1


def test_a_relative_folder_has_its_datasets_name(two_cells, monkeypatch):
    monkeypatch.chdir(two_cells.folder)
    assert evaluate_sequence(Path(), "01").dataset == "Fluo-C3DL-MDA231"


@pytest.mark.skipif(not CELEGANS.is_dir(), reason="the C. elegans embryo is not here")
def test_a_real_embryo_held_against_itself(tmp_path):
    truth = CELEGANS / "01_GT" / "TRA"
    for path in sorted(truth.glob("man_track*.tif")):
        number = path.stem.removeprefix("man_track")
        tifffile.imwrite(tmp_path / f"mask{number}.tif", tifffile.imread(path), photometric="minisblack")
    (tmp_path / "res_track.txt").write_bytes((truth / "man_track.txt").read_bytes())
    measures = evaluate_sequence(CELEGANS, "01", results=tmp_path).measures
    assert (measures.seg, measures.det, measures.tra, measures.lnk) == (None, 1, 1, 1)
