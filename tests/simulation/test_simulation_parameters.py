from dataclasses import replace

import pytest

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.simulation.simulation_parameters import A549_SIM, MDA231, SIMULATED, TRIC, find_parameters


def test_an_unknown_dataset_is_refused_with_those_that_can_be_simulated():
    with pytest.raises(ValueError, match=r"Fluo-N3DH-CE.*Fluo-C3DL-MDA231, Fluo-N3DL-TRIC, Fluo-C3DH-A549-SIM"):
        find_parameters("Fluo-N3DH-CE")


@pytest.mark.parametrize("sequence", ["", "1a", "-1"])
def test_a_sequence_that_is_not_a_number_is_refused(sequence):
    with pytest.raises(ValueError, match="expected digits"):
        find_parameters("Fluo-N3DL-TRIC", sequence)


def test_the_sizes_are_those_of_the_challenge():
    assert find_parameters("Fluo-C3DL-MDA231").shape == (30, 512, 512)
    assert find_parameters("Fluo-N3DL-TRIC").shape == (13, 1745, 2440)
    assert find_parameters("Fluo-N3DL-TRIC", "02").shape == (13, 2454, 1693)
    assert find_parameters("Fluo-C3DH-A549-SIM", "01").shape == (29, 300, 350)
    assert find_parameters("Fluo-C3DH-A549-SIM", "02").shape == (37, 300, 400)


def test_anisotropy_follows_from_the_voxel_size():
    for parameters in (MDA231, A549_SIM):
        z, y, _ = find_dataset(parameters.name).spacing
        assert parameters.anisotropy == pytest.approx(z / y)


def test_scale_shrinks_the_field_of_view_but_not_the_cells():
    small = TRIC.scaled(0.1)
    assert small.shape == (13, 174, 244)
    assert small.cells == TRIC.cells


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_a_scale_that_is_not_positive_is_refused(scale):
    with pytest.raises(ValueError, match="scale is"):
        TRIC.scaled(scale)


@pytest.mark.parametrize(("field", "value"), [("shape", (0, 5, 5)), ("bits", 0), ("bits", 17), ("anisotropy", 0.0)])
def test_impossible_parameters_are_refused(field, value):
    with pytest.raises(ValueError, match=f"Fluo-N3DL-TRIC: {field} is"):
        replace(TRIC, **{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [("radius", (5.0, 4.0)), ("radius", (0.5, 4.0)), ("spacing", -1.0), ("flatness", 0.0), ("division_rate", 0.5)],
)
def test_impossible_cells_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        replace(TRIC.cells, **{field: value})


@pytest.mark.parametrize(("field", "value"), [("signal", 0.0), ("gain", 0.0), ("blur", (1.0, -1.0)), ("haze", -0.1)])
def test_impossible_optics_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        replace(TRIC.optics, **{field: value})


def test_the_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        SIMULATED["other"] = TRIC
