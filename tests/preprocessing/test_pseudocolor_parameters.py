import pytest

from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters


@pytest.mark.parametrize("adjacent_mean", [0, -0.1, 1.5, float("nan")])
def test_impossible_share_is_refused(adjacent_mean):
    with pytest.raises(ValueError, match="adjacent_mean is"):
        PseudocolorParameters(adjacent_mean)


def test_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match="expected 'channel' or 'image'"):
        PseudocolorParameters(normalization="slice")


def test_unknown_coloring_is_refused():
    with pytest.raises(ValueError, match="coloring is 'rainbow', expected one of gray, intensity, region"):
        PseudocolorParameters(coloring="rainbow")


def test_distance_of_neighbors_follows_the_cells_and_is_a_slice_at_least():
    parameters = PseudocolorParameters(coloring="intensity", neighbor_distance=0.2)
    assert [parameters.neighbor_step(diameter, 2.0) for diameter in (5, 20, 50)] == [1, 2, 5]
    assert PseudocolorParameters().neighbor_step(50, 1.0) == 1
