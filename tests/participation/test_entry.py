from dataclasses import replace

import pytest

from ctc_submission.participation.entry import stage_silver, stage_test


def test_what_is_learned_from(entry):
    training = entry.destination("training").folder
    assert (entry.truth, entry.training) == ("GT", training)
    both = replace(entry, config="GT+ST")
    assert (both.truth, both.training) == ("GT+ST", training)
    silver = replace(entry, config="ST")
    assert (silver.truth, silver.training) == ("GT", entry.work / "silver" / entry.dataset)


def test_results_carry_the_configuration_in_their_names(entry):
    assert [run.results for run in entry.runs] == ["01_RES", "02_RES"]
    assert [run.results for run in replace(entry, config="GT+ST").runs] == ["01_RES-GT+ST", "02_RES-GT+ST"]


def test_silver_truth_takes_the_place_of_gold_truth(entry):
    downloaded = entry.destination("training").folder
    for sequence in ("01", "02"):
        (downloaded / sequence).mkdir(parents=True)
        (downloaded / f"{sequence}_ST" / "SEG").mkdir(parents=True)
        (downloaded / f"{sequence}_ST" / "SEG" / "man_seg000.tif").write_text(sequence)
    silver = replace(entry, config="ST")
    for _ in range(2):
        stage_silver(silver)
    assert (silver.training / "02_GT" / "SEG" / "man_seg000.tif").read_text() == "02"
    assert not list(downloaded.glob("*_GT"))


def test_results_lie_apart_from_the_downloaded_test_data(entry):
    for sequence in ("01", "02"):
        (entry.destination("test").folder / sequence).mkdir(parents=True)
    stage_test(entry)
    (entry.test / "01_RES").mkdir()
    assert (entry.test / "01").resolve() == (entry.destination("test").folder / "01").resolve()
    assert not list(entry.destination("test").folder.glob("*_RES"))


def test_missing_data_are_named(entry):
    with pytest.raises(FileNotFoundError, match="01: no such folder; expected one of the downloaded data"):
        stage_test(entry)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dataset": "Fluo-C3DL-MDA"}, "unknown dataset"),
        ({"config": "allGT"}, "training configuration is 'allGT', expected one of GT, ST, GT\\+ST"),
        ({"epochs": 0}, "0 epochs of 480 samples"),
    ],
)
def test_impossible_entries_are_refused(entry, changes, message):
    with pytest.raises(ValueError, match=message):
        replace(entry, **changes)
