import re
from dataclasses import replace
from pathlib import Path

import pytest

from ctc_submission.challenge.datasets import DATASETS, find_dataset
from ctc_submission.network.architecture import NETWORKS
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import (
    CONFIGURATIONS,
    MODELS,
    Configuration,
    ShippedConfigurations,
    change_configuration,
    configuration_for,
    read_configuration,
)
from ctc_submission.segmentation.labeling import LabelingParameters


@pytest.fixture
def write(tmp_path: Path):
    def write_toml(text: str) -> Path:
        path = tmp_path / "own.toml"
        path.write_text(text)
        return path

    return write_toml


@pytest.mark.parametrize(
    ("dataset", "method", "tiles", "models"),
    [
        ("Fluo-C3DL-MDA231", "centers", 1, 2),
        ("Fluo-N3DL-TRIC", "distance", 6, 1),
        ("Fluo-C3DH-A549-SIM", "single", 1, 1),
    ],
)
def test_each_dataset_is_processed_as_in_the_paper_by_the_published_network(dataset, method, tiles, models):
    configuration = configuration_for(dataset, "b5")
    assert configuration.labeling.method == method
    assert configuration.tiles == tiles
    assert 1 + (configuration.center_model is not None) == models
    assert configuration.labeling.field_margin == find_dataset(dataset).field_margin
    assert configuration.dimensions == 3


def test_the_general_model_takes_any_recording_and_is_that_of_fluo_n3dh_ce():
    general, ce = configuration_for("nuclei"), configuration_for("Fluo-N3DH-CE")
    assert (general.labeling.method, general.labeling.field_margin, general.dimensions) == ("interior", 0, None)
    field_margin, spacing = find_dataset("Fluo-N3DH-CE").field_margin, find_dataset("Fluo-N3DH-CE").spacing
    assert ce == replace(
        general, dimensions=3, labeling=replace(general.labeling, field_margin=field_margin, spacing=spacing)
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(CONFIGURATIONS) & set(DATASETS)))
def test_no_file_repeats_what_the_challenge_says_of_a_dataset(name):
    stated = re.findall(r"^(\w+) = ", (MODELS / f"{name}.toml").read_text(), re.MULTILINE)
    assert "field_margin" not in stated
    assert ("spacing" in stated) == (DATASETS[name].spacing is None)
    if DATASETS[name].spacing:
        assert CONFIGURATIONS[name].labeling.spacing == DATASETS[name].spacing


def test_configurations_are_the_files_of_a_folder_read_when_asked_for(tmp_path):
    shipped = ShippedConfigurations(tmp_path)
    assert len(shipped) == 0
    (tmp_path / "Fluo-N3DL-DRO.toml").write_text('segmentation_model = "dro.safetensors"\n')
    (tmp_path / "Fluo-N3DH-CHO.toml").write_text('segmentation_model = "cho.safetensors"\n')
    (tmp_path / "broken.toml").write_text("tiles = 6\n")
    assert list(shipped) == ["Fluo-N3DH-CHO", "Fluo-N3DL-DRO", "broken"]
    assert len(shipped) == 3
    assert shipped["Fluo-N3DL-DRO"].segmentation_model == tmp_path / "dro.safetensors"
    assert shipped["Fluo-N3DH-CHO"].labeling.field_margin == 50
    assert "Fluo-N3DL-TRIC" not in shipped
    with pytest.raises(ValueError, match=r"broken\.toml: segmentation_model is missing"):
        shipped["broken"]


def test_a_configuration_names_the_files_it_is_read_from():
    assert [path.name for path in CONFIGURATIONS.files("Fluo-N3DH-CE")] == ["Fluo-N3DH-CE.toml", "nuclei.toml"]
    assert CONFIGURATIONS.files("nuclei") == [MODELS / "nuclei.toml"]


def test_a_dataset_without_weights_is_refused_with_those_that_have_some():
    with pytest.raises(ValueError, match="no weights are shipped for 'Fluo-N3DL-DRO'.*Fluo-C3DL-MDA231.*--config"):
        configuration_for("Fluo-N3DL-DRO")


def test_an_unknown_dataset_is_refused_with_those_that_have_weights_the_general_model_too():
    with pytest.raises(
        ValueError,
        match="unknown dataset 'Fluo-N3DL-TRICK'.*Fluo-N3DL-TRIC, Fluo-N3DL-TRIC-b5, nuclei, nuclei-b5 .*--config",
    ):
        configuration_for("Fluo-N3DL-TRICK")


def test_toml_changes_a_dataset_s_configuration_and_nothing_else(write):
    path = write('dataset = "Fluo-N3DL-TRIC"\ntiles = 1\n[labeling]\nspacing = [2, 1, 1]\nminimum_size = 7\n')
    configuration = read_configuration(path)
    expected = change_configuration(
        CONFIGURATIONS["Fluo-N3DL-TRIC"], {"tiles": 1, "labeling": {"spacing": (2, 1, 1), "minimum_size": 7}}
    )
    assert configuration == expected
    assert configuration.labeling.spacing == (2, 1, 1)
    assert configuration.segmentation_model == CONFIGURATIONS["Fluo-N3DL-TRIC"].segmentation_model


def test_toml_stands_alone(write):
    path = write(
        'segmentation_model = "mine.safetensors"\ntiles = 6\ndimensions = 2\naxes = "YX"\n'
        '[pseudocolor]\nadjacent_mean = 0.1\nnormalization = "image"\n[labeling]\nmethod = "components"\n'
    )
    assert read_configuration(path) == Configuration(
        segmentation_model=path.parent / "mine.safetensors",
        tiles=6,
        dimensions=2,
        axes="YX",
        pseudocolor=PseudocolorParameters(0.1, "image"),
        labeling=LabelingParameters(method="components"),
    )


def test_a_model_is_looked_for_beside_the_file_then_among_the_shipped_ones(write):
    shipped = sorted(MODELS.glob("*.safetensors"))[0]
    path = write(f'segmentation_model = "{shipped.name}"\n')
    assert read_configuration(path).segmentation_model == shipped
    (path.parent / shipped.name).touch()
    assert read_configuration(path).segmentation_model == path.parent / shipped.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tiles = ", "not TOML"),
        ("tiles = 6", "segmentation_model is missing"),
        ('dataset = "Fluo-N3DL-TRIC"\ntile = 6', "unknown key 'tile', expected one of segmentation_model"),
        ('dataset = "Fluo-N3DL-TRIC"\n[labeling]\nh = 1', r"unknown key in \[labeling\] 'h', expected one of method"),
        ('dataset = "Fluo-N3DL-TRIC"\ntiles = 5', "tiles is 5, expected 1 .* or 6"),
        ('dataset = "Fluo-N3DL-TRIC"\ndimensions = 4', "dimensions is 4"),
        ('dataset = "Fluo-N3DL-TRIC"\n[labeling]\nminimum_size = -1', "minimum_size is -1"),
        ('dataset = "Fluo-N3DL-TRIC"\n[pseudocolor]\nadjacent_mean = 0', "adjacent_mean is 0"),
        ('dataset = "nowhere"', "unknown dataset 'nowhere'"),
        ('dataset = "Fluo-N3DL-TRIC"\nlabeling = 3', "labeling is 3, expected a table"),
        ("segmentation_model = 3", "segmentation_model is 3, expected the path of a checkpoint"),
        ('dataset = "nuclei"\ncross_sections = "no"', "three_view is 'no', expected true or false"),
        ('dataset = "nuclei"\ncross_sections = 1', "three_view is 1, expected true or false"),
        ('dataset = "nuclei"\ntiles = true', "tiles is True, expected 1 .* or 6"),
        ('dataset = "nuclei"\ndimensions = true', "dimensions is True, expected 2 or 3"),
        ('dataset = "nuclei"\ncell_diameter = "16"', "cell_diameter is '16', expected 1 or more pixels"),
        ('dataset = "nuclei"\ncell_diameter = inf', "cell_diameter is inf, expected 1 or more pixels"),
        ('dataset = "nuclei"\naxes = 3', "axes is 3, expected a text such as 'ZYX'"),
        ('dataset = "nuclei"\n[axes]\nz = 1', "axes is {'z': 1}, expected a text"),
        ('dataset = "nuclei"\ncenter_model = false', "center_model is False, expected the path of a checkpoint"),
        ('dataset = "nuclei"\nprecision = 32', "precision is 32, expected one of auto, .*float32"),
        ("dataset = 3", "dataset is 3, expected the name of one of .*nuclei"),
        ("dataset = []", r"dataset is \[\], expected the name of one of"),
        ('dataset = "nuclei"\npseudocolor = []', r"pseudocolor is \[\], expected a table"),
        ('dataset = "nuclei"\n[labeling]\nsmoothing = "16"', r"in \[labeling\], smoothing is '16', expected a number"),
        ('dataset = "nuclei"\n[labeling]\nsmoothing = nan', r"in \[labeling\], smoothing is nan, expected a number"),
        ('dataset = "nuclei"\n[labeling]\nminimum_size = 1.5', "minimum_size is 1.5, expected a whole number"),
        ('dataset = "nuclei"\n[labeling]\nspacing = [1, 2]', r"spacing is \[1, 2\], expected three positive numbers"),
        ('dataset = "nuclei"\n[labeling]\nspacing = [1, 2, "3"]', "spacing is .* expected three positive numbers"),
        ('dataset = "nuclei"\n[labeling]\nspacing = [1, [2], 3]', "spacing is .* expected three positive numbers"),
        ('dataset = "nuclei"\n[labeling]\nfaithful = "true"', "per_slice is 'true', expected true or false"),
        ('dataset = "nuclei"\ntilse = 6', "unknown key 'tilse', .*; did you mean 'tiles'?"),
        ('dataset = "nuclei"\n[labeling]\nminimum = 6', r"unknown key in \[labeling\] 'minimum', .* 'minimum_size'?"),
        (f"tiles = {'[' * 5000}{']' * 5000}", "too deep in one another"),
        (f"[{'a.' * 5000}b]", "expected one of|too deep in one another"),
    ],
)
def test_a_wrong_file_is_refused_by_name(write, text, message):
    path = write(text)
    with pytest.raises(ValueError, match=rf"own\.toml: .*{message}"):
        read_configuration(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such configuration file"):
        read_configuration(tmp_path / "none.toml")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'dataset = "nuclei"\r\ntiles = 6\r\n')
    assert read_configuration(path).tiles == 6


@pytest.mark.parametrize("content", ['dataset = "nuclei"'.encode("utf-16"), b"\xff\x00", b"a = 1\na = 2"])
def test_what_is_no_toml_is_refused_by_name(tmp_path, content):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"own\.toml: not TOML"):
        read_configuration(path)


def test_a_configuration_is_found_by_its_network():
    assert configuration_for("nuclei", "b5") == configuration_for("nuclei-b5")
    assert configuration_for("nuclei", "lite0") == configuration_for("nuclei")


def test_every_network_is_shipped_for_a_dataset():
    shipped = [name for name in CONFIGURATIONS if f"{name}-b5" in CONFIGURATIONS]
    found = {(name, network): configuration_for(name, network) for name in shipped for network in NETWORKS}
    assert {found[name, "b5"] == found[name, "lite0"] for name in shipped} == {False}


def test_a_network_that_is_not_shipped_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="no network lite2 is shipped for nuclei: expected lite0 or b5, or a check"):
        configuration_for("nuclei", "lite2")


def test_the_field_of_interest_and_voxel_size_hold_for_every_network_of_a_dataset(tmp_path):
    (tmp_path / "Fluo-C3DL-MDA231-b5.toml").write_text("segmentation_model = 'none.safetensors'\n")
    labeling = ShippedConfigurations(tmp_path)["Fluo-C3DL-MDA231-b5"].labeling
    assert (labeling.field_margin, labeling.spacing) == (25, (6.0, 1.242, 1.242))
