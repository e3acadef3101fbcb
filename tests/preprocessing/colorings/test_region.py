"""Pseudocolors by regions of interest: edges of stacks, odd slices, and what holds for every stack."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from ctc_submission.preprocessing.colorings import region
from ctc_submission.preprocessing.colorings.region import pseudocolor_slice, region_of_interest
from ctc_submission.preprocessing.normalization import min_max_normalize
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

PARAMETERS = PseudocolorParameters()

shapes = st.tuples(st.integers(1, 3), st.integers(1, 20), st.integers(1, 20))
bytes_stacks = npst.arrays(np.uint8, shapes)
stacks = st.one_of(
    bytes_stacks,
    npst.arrays(np.uint16, shapes),
    npst.arrays(np.float32, shapes, elements=st.floats(-(2**20), 2**20, width=32)),
)


def spot(y, x, side=60, sigma=5.0, peak=1000):
    image = np.zeros((side, side), np.float32)
    image[y, x] = 1
    image = cv2.GaussianBlur(image, (0, 0), sigma)
    return (peak * image / image.max()).astype(np.uint16)


def color(stack, parameters=PARAMETERS, executor=None):
    return np.stack(list(pseudocolor_slices(stack, parameters, executor)))


@pytest.fixture
def clahe_calls(monkeypatch):
    calls = []
    create = cv2.createCLAHE

    def counted(*arguments):
        calls.append(arguments)
        return create(*arguments)

    monkeypatch.setattr(region.cv2, "createCLAHE", counted)
    return calls


@settings(max_examples=25, deadline=None)
@given(stacks, st.floats(0.001, 1), st.sampled_from(["channel", "image"]))
def test_every_stack(stack, adjacent_mean, normalization):
    check_colors(stack, adjacent_mean, normalization)


@settings(max_examples=200, deadline=None)
@given(bytes_stacks, st.floats(0.001, 1), st.sampled_from(["channel", "image"]))
def test_every_stack_of_bytes(stack, adjacent_mean, normalization):
    check_colors(stack, adjacent_mean, normalization)


def check_colors(stack, adjacent_mean, normalization):
    original = stack.copy()
    colored = color(stack, PseudocolorParameters(adjacent_mean, normalization))
    np.testing.assert_array_equal(stack, original)
    assert colored.shape == (*stack.shape, 3)
    assert colored.dtype == np.float32
    assert np.isfinite(colored).all()
    assert colored.min() >= 0
    assert colored.max() <= 1
    if normalization == "channel":
        for image, green in zip(stack, colored[..., 1], strict=True):
            np.testing.assert_array_equal(green, min_max_normalize(image))
    else:
        assert (colored[..., 1] <= colored[..., 0]).all()
        assert (colored[..., 1] <= colored[..., 2]).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("value", [0, 7])
def test_constant_stack_is_black(dtype, value):
    assert not color(np.full((3, 20, 20), value, dtype)).any()


def test_single_slice_is_gray():
    image = spot(30, 30)
    colored = color(image[np.newaxis])
    for channel in range(3):
        np.testing.assert_array_equal(colored[0, ..., channel], min_max_normalize(image))


def test_first_slice_has_no_red_region_and_last_no_blue():
    stack = np.stack([spot(20, 20), spot(30, 30), spot(40, 40)])
    colored = color(stack)
    np.testing.assert_array_equal(colored[0, ..., 0], colored[0, ..., 1])
    np.testing.assert_array_equal(colored[2, ..., 2], colored[2, ..., 1])
    assert (colored[0, ..., 2] != colored[0, ..., 1]).any()
    assert (colored[2, ..., 0] != colored[2, ..., 1]).any()


def test_red_is_the_slice_before_and_blue_the_slice_after():
    image = np.full((60, 60), 500, np.uint16)
    image[0, 0] = 0
    colored = color(np.stack([spot(15, 15), image, spot(45, 45)]))[1]
    assert colored[15, 15].tolist() == [1, 1, 0.5]
    assert colored[45, 45].tolist() == [0.5, 1, 1]


def test_whole_image_normalization_keeps_green_darker():
    image = np.full((60, 60), 500, np.uint16)
    image[0, 0] = 0
    stack = np.stack([spot(15, 15), image, spot(45, 45)])
    assert color(stack, PseudocolorParameters(normalization="image"))[1, 15, 15].tolist() == [1, 0.5, 0.5]


def test_neighbor_without_a_cell_leaves_gray(clahe_calls):
    image = spot(30, 30)
    colored = color(np.stack([np.zeros_like(image), image, np.zeros_like(image)]))[1]
    assert (colored == colored[..., :1]).all()
    assert len(clahe_calls) == 1


def test_zero_neighbor_skips_clahe(clahe_calls):
    assert not region_of_interest(np.zeros((20, 20), np.uint8), 0.03).any()
    assert not clahe_calls


def test_dim_neighbor_has_an_empty_region():
    image = np.zeros((64, 64), np.uint8)
    image[32, 32] = 1  # one pixel of 64 in the box blur: 1/64 of the maximum, below every threshold
    assert not region_of_interest(image, 0.03).any()


def test_neighbor_too_bright_for_every_threshold_is_cut_at_the_last():
    image = np.zeros((64, 64), np.uint8)
    image[:, 32:] = 200
    equalized = cv2.createCLAHE(10, (16, 16)).apply(image)
    region = region_of_interest(image, 0.01)
    assert region.mean() > 0.01
    np.testing.assert_array_equal(region, cv2.blur(min_max_normalize(equalized), (8, 8)) > np.float32(0.49))


@pytest.mark.parametrize("adjacent_mean", [0.2, 0.3, 0.5])
def test_region_covers_no_more_than_allowed_where_a_threshold_fits(adjacent_mean):
    region = region_of_interest(spot(30, 30), adjacent_mean)
    assert 0 < region.mean() <= adjacent_mean
    assert region[30, 30]
    assert not region[:5].any()


def test_every_region_is_computed_once(clahe_calls):
    stack = np.random.default_rng(0).integers(1, 255, (7, 20, 20)).astype(np.uint8)
    color(stack)
    assert len(clahe_calls) == 7


def test_threads_give_the_same():
    stack = np.random.default_rng(0).integers(0, 255, (6, 50, 40)).astype(np.uint8)
    with ThreadPoolExecutor(3) as executor:
        np.testing.assert_array_equal(color(stack, executor=executor), color(stack))


def test_stack_upside_down_swaps_red_and_blue():
    stack = np.random.default_rng(0).integers(0, 255, (5, 50, 40)).astype(np.uint8)
    np.testing.assert_array_equal(color(stack[::-1])[::-1], color(stack)[..., ::-1])


def test_strided_and_read_only_stacks():
    stack = np.random.default_rng(0).integers(0, 4096, (4, 80, 60)).astype(np.uint16)
    view = stack[:, ::2, ::-1]
    stack.flags.writeable = False
    np.testing.assert_array_equal(color(view), color(view.copy()))


def test_slice_alone_equals_its_place_in_the_stack():
    stack = np.stack([spot(20, 20), spot(30, 30), spot(40, 40)])
    regions = [region_of_interest(image, PARAMETERS.adjacent_mean) for image in stack]
    np.testing.assert_array_equal(pseudocolor_slice(stack[1], regions[0], regions[2]), color(stack)[1])
