import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ctc_submission.segmentation.labeling.euclidean import distance_to_background

STEPS = ((1.0, 1.0, 1.0), (5.0, 1.0, 1.0), (6 / 1.242, 1.0, 1.0), (1.0, 2.0, 2.0), (1.0, 2.5, 2.5), (2.0, 1.0, 1.5))


def blobs(shape, part, seed, width=2.0):
    """Mark a part of a random field."""
    land = ndimage.gaussian_filter(np.random.default_rng(seed).random(shape), width)
    return land >= np.quantile(land, 1 - part)


@settings(max_examples=80, deadline=None)
@given(
    st.tuples(st.integers(1, 8), st.integers(1, 30), st.integers(1, 30)),
    st.floats(0, 0.98),
    st.integers(0, 999),
    st.sampled_from(STEPS),
)
def test_equals_the_general_transform(shape, part, seed, steps):
    mask = blobs(shape, part, seed)
    if mask.all():
        mask[0, 0, 0] = False
    expected = ndimage.distance_transform_edt(mask, sampling=steps).astype(np.float32)
    np.testing.assert_array_max_ulp(distance_to_background(mask, steps), expected, maxulp=1)


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("edge", [0, 4])
def test_slices_without_background_are_measured_across(steps, edge):
    mask = np.ones((9, 60, 70), bool)
    mask[0, 40, 30] = mask[6, 7, 65] = False
    mask = np.pad(mask, ((0, 0), (edge, 0), (0, 0)))
    expected = ndimage.distance_transform_edt(mask, sampling=steps).astype(np.float32)
    np.testing.assert_array_max_ulp(distance_to_background(mask, steps), expected, maxulp=1)


def test_long_distances_are_off_by_less_than_a_thousandth():
    mask = np.ones((2, 700, 900), bool)
    mask[0, 3, 5] = False
    expected = ndimage.distance_transform_edt(mask, sampling=(5.0, 1.0, 1.0)).astype(np.float32)
    distance = distance_to_background(mask, (5.0, 1.0, 1.0))
    assert np.array_equal(distance[expected < 800], expected[expected < 800])
    np.testing.assert_allclose(distance, expected, atol=1e-3, rtol=0)


@pytest.mark.parametrize("value", [True, False])
def test_nothing_to_measure_is_zero(value):
    distance = distance_to_background(np.full((2, 3, 4), value), (1.0, 1.0, 1.0))
    assert distance.dtype == np.float32
    assert not distance.any()
