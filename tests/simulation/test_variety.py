import numpy as np
import pytest

from ctc_submission.simulation.simulation_parameters import A549_SIM, MDA231, NUCLEI, TEXTURED, TISSUE, TRIC
from ctc_submission.simulation.variety import simulate_varied, vary, vary_nuclei, vary_textured, vary_tissue


def test_each_frame_is_a_world_of_its_own_and_the_same_for_the_same_seed():
    first = list(simulate_varied(TRIC, frames=3, seed=5, scale=0.06))
    again = list(simulate_varied("Fluo-N3DL-TRIC", frames=2, seed=5, scale=0.06))
    assert [frame.number for frame in first] == [0, 1, 2]
    for one, other in zip(first, again, strict=False):
        np.testing.assert_array_equal(one.image, other.image)
        np.testing.assert_array_equal(one.labels, other.labels)
    assert len({frame.image.mean() for frame in first}) == 3


def test_sequences_differ_although_their_seed_is_the_same():
    one, other = (next(simulate_varied(TRIC, frames=1, seed=5, scale=0.06, sequence=each)) for each in ("01", "02"))
    assert not np.array_equal(one.image, other.image)


def test_sequences_have_their_own_size():
    frame = next(simulate_varied("Fluo-C3DH-A549-SIM", frames=1, seed=5, scale=0.2, sequence="02"))
    assert frame.image.shape == (37, 60, 80)


def test_nuclei_are_cut_by_faces_beyond_their_centers():
    frames = list(simulate_varied("nuclei", frames=6, seed=1, scale=0.5))
    touched = [np.unique(frame.labels[:, [0, -1]]) for frame in frames]
    assert any(
        (frame.labels == label).any(axis=(0, 2)).sum() < np.sqrt((frame.labels == label).sum(axis=(1, 2)).max()) / 2
        for frame, labels in zip(frames, touched, strict=True)
        for label in labels[1:]
    )


def test_recordings_of_nuclei_differ_widely():
    rng = np.random.default_rng(0)
    drawn = [vary_nuclei(NUCLEI.scaled(0.5), rng) for _ in range(60)]
    radii = [parameters.cells.radius[0] for parameters in drawn]
    assert max(radii) > 2 * min(radii)
    assert {parameters.bits for parameters in drawn} == {8, 12, 14, 16}
    assert min(parameters.anisotropy for parameters in drawn) < 2
    assert {parameters.shape[1] == parameters.shape[2] for parameters in drawn} == {True}
    assert 64 <= min(parameters.shape[2] for parameters in drawn) < 100 < max(each.shape[2] for each in drawn) <= 240
    assert len({parameters.shape[0] for parameters in drawn}) > 5
    assert {parameters.optics.specimen > 0 for parameters in drawn} == {True, False}
    assert {parameters.cells.debris > 0 for parameters in drawn} == {True, False}


@pytest.mark.parametrize("parameters", [MDA231, A549_SIM, TRIC.scaled(0.1)])
def test_other_forms_vary_moderately(parameters):
    rng = np.random.default_rng(0)
    drawn = [vary(parameters, rng) for _ in range(30)]
    assert {each.shape for each in drawn} == {parameters.shape}
    sizes = [each.cells.radius[1] / parameters.cells.radius[1] for each in drawn]
    assert 0.85 <= min(sizes) < 0.95 < 1.05 < max(sizes) <= 1.15
    frame = next(simulate_varied(parameters, frames=1, seed=0, scale=0.3))
    assert frame.labels.any()


def test_numbers_out_of_range_are_refused():
    with pytest.raises(ValueError, match="expected at least 1 frame"):
        next(simulate_varied(TRIC, frames=0, seed=0))


def test_tissue_is_crowded_and_fills_the_stack():
    frames = list(simulate_varied("tissue", frames=6, seed=3, scale=0.5))
    filled = [(frame.labels > 0).mean() for frame in frames]
    assert 0.15 < min(filled) < 0.4 < max(filled) < 0.75
    for frame in frames:
        assert (frame.labels > 0).any(axis=(1, 2)).all()
    assert max(share_that_touches(frame.labels) for frame in frames) > 0.5


def share_that_touches(labels):
    """Return the share of the cells that touch another one along y."""
    first, second = labels[:, 1:], labels[:, :-1]
    contact = (first != second) & (first > 0) & (second > 0)
    return len(np.unique(first[contact])) / len(np.unique(labels[labels > 0]))


def test_tissues_differ():
    rng = np.random.default_rng(0)
    drawn = [vary_tissue(TISSUE, rng) for _ in range(40)]
    assert max(each.cells.radius[0] for each in drawn) > 2 * min(each.cells.radius[0] for each in drawn)
    assert {each.optics.specimen for each in drawn} == {0}
    assert all(each.cells.packed for each in drawn)
    assert len({each.cells.cleft for each in drawn}) > 30


def test_textured_nuclei_lean_and_are_well_lit():
    rng = np.random.default_rng(0)
    drawn = [vary_textured(TEXTURED, rng) for _ in range(60)]
    assert {each.name for each in drawn} == {"textured"}
    assert {each.cells.packed for each in drawn} == {True, False}
    for values in (
        [each.cells.nucleoli > 0 for each in drawn],
        [each.cells.spots > 0 for each in drawn],
        [each.optics.smoothing_along_z > 0 for each in drawn],
    ):
        assert set(values) == {True, False}
    assert min(each.optics.signal for each in drawn) >= 20
    frame = next(simulate_varied("textured", frames=1, seed=2, scale=0.5))
    assert frame.labels.any()
