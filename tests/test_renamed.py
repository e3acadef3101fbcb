import pytest

from ctc_submission.renamed import modernize, modernize_options


def test_keys_and_values_of_tables_get_their_new_names():
    old = {"centre_model": "a.safetensors", "labeling": {"method": "centres", "dynamics": 1.0}, "licence": "CC0-1.0"}
    new = {"center_model": "a.safetensors", "labeling": {"method": "centers", "dynamics": 1.0}, "license": "CC0-1.0"}
    assert modernize(old) == new
    assert modernize(new) == new


def test_what_is_given_stays_as_it_was():
    old = {"labeling": {"method": "centres"}}
    modernize(old)
    assert old == {"labeling": {"method": "centres"}}


def test_weights_shipped_under_another_name_are_found():
    assert modernize({"centre_model": "Fluo-C3DL-MDA231-centres.safetensors"}) == {
        "center_model": "Fluo-C3DL-MDA231-centers.safetensors"
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["--centre-model", "a"], ["--center-model", "a"]),
        (["--centre-model=a"], ["--center-model=a"]),
        (["--method", "centres"], ["--method", "centers"]),
        (["--method=centres"], ["--method=centers"]),
        (["--whole-truth", "--varied"], ["--annotate=frames", "--varied"]),
        (["--coloring", "grey"], ["--coloring", "gray"]),
    ],
)
def test_options_get_their_new_names(old, new):
    assert modernize_options(["segment", *old]) == ["segment", *new]


def test_a_folder_of_the_old_name_is_no_option():
    assert modernize_options(["segment", "grey", "centres"]) == ["segment", "grey", "centres"]


def test_an_old_option_is_named_with_its_new_name(caplog):
    modernize_options(["--licence", "CC0-1.0"])
    assert "--licence is called --license now" in caplog.text
