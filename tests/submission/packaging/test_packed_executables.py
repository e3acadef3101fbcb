import pytest

from ctc_submission.submission.findings import has_errors
from ctc_submission.submission.naming import TRAINING_CONFIGURATIONS, Run
from ctc_submission.submission.packaging.collection import REPOSITORY
from ctc_submission.submission.packaging.packed_executables import find_runs, read_executable, weights_of
from ctc_submission.submission.software import Software, file_of_text
from ctc_submission.submission.validation.software_validation import validate_software

SW = REPOSITORY / "SW"


def test_a_regular_executable_is_the_repository_s():
    run = Run("Fluo-N3DL-TRIC", "02")
    assert read_executable(SW, run) == (SW / run.script).read_text()


@pytest.mark.parametrize("configuration", TRAINING_CONFIGURATIONS)
@pytest.mark.parametrize("dataset", ["Fluo-C3DL-MDA231", "Fluo-N3DL-TRIC", "Fluo-C3DH-A549-SIM"])
def test_a_generalizable_executable_has_results_and_weights_of_its_own(dataset, configuration):
    run = Run(dataset, "01", configuration)
    regular, text = read_executable(SW, Run(dataset, "01")), read_executable(SW, run)

    assert text.count(f'{dataset}/01_RES-{configuration}"') == 1
    assert f"weights trained on {configuration}" in text.splitlines()[1]
    assert weights_of(text) == [f"{configuration}/{name}" for name in weights_of(regular)]
    assert len(text.splitlines()) == len(regular.splitlines())
    helper = file_of_text("_setup.sh", (SW / "_setup.sh").read_text())
    weights = [file_of_text(f"models/{name.replace('safetensors', 'x')}", "x") for name in weights_of(text)]
    findings = validate_software(
        Software("SW", (file_of_text(run.script, text, executable=True), helper, *weights)), [run]
    )
    assert {each.finding.split(" ")[-1] for each in findings if has_errors([each])} == {"inside"}


def test_all_sequences_are_found_or_those_asked_for():
    assert [run.sequence for run in find_runs(SW, "Fluo-N3DL-TRIC", None, None)] == ["01", "02"]
    assert find_runs(SW, "Fluo-N3DL-TRIC", ["02", "02"], "ST") == [Run("Fluo-N3DL-TRIC", "02", "ST")]


@pytest.mark.parametrize(
    ("dataset", "sequences", "named"),
    [("Fluo-N3DH-CHO", None, "Fluo-N3DH-CHO"), ("Fluo-N3DL-TRIC", ["01", "03"], "Fluo-N3DL-TRIC 03")],
)
def test_what_has_no_executable_is_refused(dataset, sequences, named):
    with pytest.raises(FileNotFoundError, match=rf"no executable for {named}, expected one of Fluo-C3DH-A549-SIM 01"):
        find_runs(SW, dataset, sequences, None)
