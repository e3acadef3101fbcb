import pytest

from ctc_submission.challenge.datasets import DATASETS, Dataset, find_dataset, recognize_dataset

TARGETS = ("Fluo-C3DL-MDA231", "Fluo-N3DL-TRIC", "Fluo-C3DH-A549-SIM")


def test_every_dataset_is_found_by_its_own_name():
    assert {name: find_dataset(name).name for name in DATASETS} == {name: name for name in DATASETS}


@pytest.mark.parametrize("name", TARGETS)
def test_the_target_datasets_are_3d_and_have_three_digits(name):
    dataset = find_dataset(name)
    assert (dataset.is_3d, dataset.digits) == (True, 3)


def test_2d_and_3d_follow_the_name():
    flat = {name for name, dataset in DATASETS.items() if not dataset.is_3d}
    assert {"DIC-C2DH-HeLa", "PhC-C2DL-PSC", "Fluo-N2DH-SIM+"} <= flat
    assert not any("3D" in name for name in flat)


@pytest.mark.parametrize(
    ("name", "field_margin"),
    [("Fluo-C3DL-MDA231", 25), ("Fluo-N3DL-TRIC", 0), ("Fluo-N3DH-CE", 50), ("BF-C2DL-HSC", 25), ("DIC-C2DH-HeLa", 50)],
)
def test_margins_of_the_field_of_interest(name, field_margin):
    assert find_dataset(name).field_margin == field_margin


def test_extra_objects_are_forgiven_where_only_some_cells_are_annotated():
    assert {name for name, dataset in DATASETS.items() if not dataset.penalize_extra_detections} == {
        "Fluo-N3DL-DRO",
        "Fluo-N3DL-TRIC",
        "Fluo-N3DL-TRIF",
    }


def test_spacing_is_z_y_x():
    assert find_dataset("Fluo-C3DL-MDA231").spacing == (6.0, 1.242, 1.242)
    assert find_dataset("Fluo-N3DL-TRIC").spacing is None


@pytest.mark.parametrize(
    ("wrong", "suggested"), [("Fluo-C3DL-MDA123", "Fluo-C3DL-MDA231"), ("TRIC", "Fluo-N3DL-TRIC"), ("", "Fluo-N3DH-CE")]
)
def test_unknown_names_get_suggestions(wrong, suggested):
    with pytest.raises(ValueError, match="unknown dataset") as raised:
        find_dataset(wrong)
    assert suggested in str(raised.value)


def test_a_border_below_zero_is_refused():
    with pytest.raises(ValueError, match="field_margin is -1"):
        Dataset("Fluo-X3DH-Y", field_margin=-1)


def test_the_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        DATASETS["new"] = find_dataset(TARGETS[0])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Fluo-C3DH-A549-SIM", "Fluo-C3DH-A549-SIM"),
        ("fluo-c3dh-a549-sim.zip", "Fluo-C3DH-A549-SIM"),
        ("Fluo-C3DH-A549-copy", "Fluo-C3DH-A549"),
        ("Fluo-N3DH-SIM+ test", "Fluo-N3DH-SIM+"),
        ("Fluo-N3DL-TRICK", None),
        ("my-Fluo-N3DL-TRIC", None),
        ("", None),
    ],
)
def test_a_dataset_is_recognized_by_the_name_of_a_folder(name, found):
    dataset = recognize_dataset(name)
    assert (dataset.name if dataset else None) == found
