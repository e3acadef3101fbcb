import pytest

from ctc_submission.submission.naming import TRAINING_CONFIGURATIONS, Run, parse_results, parse_script


@pytest.mark.parametrize("configuration", [None, *TRAINING_CONFIGURATIONS])
def test_names_are_read_as_they_are_written(configuration):
    run = Run("Fluo-N3DH-SIM+", "02", configuration)
    assert parse_script(run.script) == run
    assert parse_results("Fluo-N3DH-SIM+", run.results) == run


def test_names_are_the_challenge_s():
    run = Run("Fluo-N3DL-TRIC", "01", "GT+ST")
    assert (run.script, run.results) == ("Fluo-N3DL-TRIC-01-GT+ST.sh", "01_RES-GT+ST")
    assert run.upload_folder.as_posix() == "Fluo-N3DL-TRIC/CSB/01_RES-GT+ST"
    assert Run("Fluo-C3DL-MDA231", "02").upload_folder.as_posix() == "Fluo-C3DL-MDA231/02_RES"


@pytest.mark.parametrize(
    "name", ["Fluo-N3DL-TRIC-1.sh", "Fluo-N3DL-TRIC-01-gt.sh", "Fluo-N3DL-TRIC-01-ST+GT.sh", "_setup.sh", "A-01.py"]
)
def test_other_names_are_no_executables(name):
    assert parse_script(name) is None


@pytest.mark.parametrize("name", ["01_GT", "1_RES", "01_RES-all", "01_RES.json", "01_res"])
def test_other_names_are_no_results(name):
    assert parse_results("Fluo-N3DL-TRIC", name) is None


@pytest.mark.parametrize(
    ("sequence", "configuration", "words"), [("01", "gold", "expected one of GT"), ("1", None, "two digits")]
)
def test_unknown_configurations_and_sequences_are_refused(sequence, configuration, words):
    with pytest.raises(ValueError, match=words):
        Run("Fluo-N3DL-TRIC", sequence, configuration)
