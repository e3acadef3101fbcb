"""The sequential version's colors are the product's, slice by slice."""

import numpy as np
import pytest

from benchmarks.speed.published_colors import color_slice, find_region, intensity_range, normalize
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

COLORINGS = [
    PseudocolorParameters(),
    PseudocolorParameters(normalization="image"),
    PseudocolorParameters(coloring="intensity"),
    PseudocolorParameters(coloring="gray"),
]


@pytest.fixture
def stack():
    stack = np.random.default_rng(3).integers(90, 130, (4, 50, 60)).astype(np.uint16)
    stack[1, 10:20, 10:25] += 400
    stack[2, 30:40, 30:50] += 900
    stack[3] = 0
    return stack


@pytest.mark.parametrize("coloring", COLORINGS)
def test_colors_are_the_products(stack, coloring):
    expected = list(pseudocolor_slices(stack, coloring))
    found = [color_slice(stack, z, coloring, intensity_range(stack), np.float32) for z in range(len(stack))]
    np.testing.assert_array_equal(found, expected)
    assert found[0].dtype == np.float32
    assert np.ptp(expected) == 1


def test_published_colors_have_64_bits(stack):
    found = color_slice(stack, 1, PseudocolorParameters(), (0, 1))
    assert found.dtype == np.float64
    expected = list(pseudocolor_slices(stack, PseudocolorParameters()))[1]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_an_empty_neighbor_has_no_region(stack):
    assert not find_region(stack[3], 0.03).any()
    assert find_region(stack[2], 0.5).any()


def test_a_constant_slice_becomes_zeros():
    np.testing.assert_array_equal(normalize(np.full((2, 3), 7, np.uint8)), np.zeros((2, 3)))
