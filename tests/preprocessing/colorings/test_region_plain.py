"""Pseudocolors against a plain version that follows the paper step by step, threshold by threshold."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame
from ctc_submission.preprocessing.colorings.region import region_of_interest
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

DATA = Path(__file__).parents[4] / "shared" / "data"


def plain_min_max(image):
    values = image.astype(np.float32)
    if values.max() == values.min():
        return np.zeros_like(values)
    return (values - values.min()) / (values.max() - values.min())


def plain_blur(image):
    # The mean of i-4..i+3, reflected at the borders without repeating the border pixel. The sum is exact: CLAHE gives
    # integers of at most 16 bit, so their quotients lie on a grid of 2^-40 and 64 of them fit a float64 whole. Rounding
    # once to float32 is then what any careful box filter must come to, and pixels at a threshold cannot flip.
    padded = image.astype(np.float64)
    for axis, length in enumerate(image.shape):
        period = max(2 * (length - 1), 1)
        places = np.abs(np.arange(-4, length + 3)) % period
        padded = np.take(padded, np.minimum(places, period - places) if length > 1 else 0 * places, axis=axis)
    total = np.zeros(image.shape)
    for y in range(8):
        for x in range(8):
            total += padded[y : y + image.shape[0], x : x + image.shape[1]]
    return (total / 64).astype(np.float32)


def plain_blurred(image):
    equalized = cv2.createCLAHE(clipLimit=10, tileGridSize=(16, 16)).apply(image)
    return plain_blur(plain_min_max(equalized))


def plain_region(neighbor, adjacent_mean):
    if neighbor.max() == 0:
        return np.zeros(neighbor.shape, bool)
    if neighbor.dtype == np.float32:
        neighbor = np.rint(plain_min_max(neighbor) * 65535).astype(np.uint16)
    blurred = plain_blurred(neighbor)
    for percent in range(20, 50):
        # float32 like the slice: 0.20 as float64 lies below the slice's own 51 / 255, and would let those pixels pass
        mask = blurred > np.float32(percent / 100)
        if 0 < mask.mean() <= adjacent_mean:
            return mask
    return mask


def plain_pseudocolor(stack, z, adjacent_mean, normalization):
    nothing = np.zeros_like(stack[0])
    before = stack[z - 1] if z > 0 else nothing
    after = stack[z + 1] if z + 1 < len(stack) else nothing
    green = plain_min_max(stack[z])
    red = plain_region(before, adjacent_mean) * green + green
    blue = plain_region(after, adjacent_mean) * green + green
    colored = np.stack([red, green, blue], axis=-1)
    if normalization == "image":
        return plain_min_max(colored)
    return np.stack([plain_min_max(channel) for channel in (red, green, blue)], axis=-1)


def assert_like_plain(stack, adjacent_mean, normalization):
    parameters = PseudocolorParameters(adjacent_mean, normalization)
    for z, colored in enumerate(pseudocolor_slices(stack, parameters)):
        expected = plain_pseudocolor(stack, z, adjacent_mean, normalization)
        np.testing.assert_allclose(colored, expected, rtol=0, atol=1e-6)


def blobs(seed, dtype, shape=(3, 88, 140)):
    """Smooth bright spots on a slightly noisy ground, as cells are; the thresholds cut off 5 to 20 % of a slice."""
    generator = np.random.default_rng(seed)
    stack = np.zeros(shape, np.float32)
    for image in stack:
        image[tuple(generator.integers(0, shape[1:], size=(6, 2)).T)] = 1
    stack = np.stack([cv2.GaussianBlur(image, (0, 0), 4) for image in stack])
    stack = stack / stack.max() + generator.random(shape, dtype=np.float32) / 50
    return (stack * (200 if dtype == np.uint8 else 50_000)).astype(dtype)


def noise(seed, dtype, shape=(3, 40, 33)):
    generator = np.random.default_rng(seed)
    if dtype == np.float32:
        return generator.normal(size=shape).astype(np.float32)
    return generator.integers(0, np.iinfo(dtype).max + 1, size=shape).astype(dtype)


@pytest.mark.parametrize("normalization", ["channel", "image"])
@pytest.mark.parametrize("adjacent_mean", [0.03, 0.07, 0.1, 1.0])
@pytest.mark.parametrize("make", [blobs, noise])
def test_random_stacks(make, adjacent_mean, normalization):
    for seed in range(6):
        assert_like_plain(make(seed, np.uint8), adjacent_mean, normalization)


@pytest.mark.parametrize(("adjacent_mean", "normalization"), [(0.03, "channel"), (0.1, "image")])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("make", [blobs, noise])
def test_random_stacks_of_more_bits(make, dtype, adjacent_mean, normalization):
    assert_like_plain(make(0, dtype), adjacent_mean, normalization)


@pytest.mark.parametrize("shape", [(2, 1, 1), (3, 1, 30), (3, 2, 5), (2, 16, 16), (2, 17, 100), (1, 20, 20)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_odd_shapes(shape, dtype):
    assert_like_plain(noise(0, dtype, shape), 0.1, "channel")


@pytest.mark.parametrize(("adjacent_mean", "normalization"), [(0.01, "channel"), (0.03, "image"), (0.12, "channel")])
@pytest.mark.parametrize("name", ["celegans-embryo", "mouse-embryo", "plant-nuclei", "stardist-sample"])
def test_real_slices(name, adjacent_mean, normalization):
    frame = DATA / name / "01" / "t000.tif"
    if not frame.is_file():
        pytest.skip(f"{frame} is not there")
    assert_like_plain(read_frame(frame)[12:15, :100, :110], adjacent_mean, normalization)


def test_the_plain_version_tells_neighbors_apart():
    stack = blobs(1, np.uint8)
    colored = plain_pseudocolor(stack, 1, 0.03, "channel")
    assert not np.allclose(colored[..., 0], colored[..., 2], atol=0.1)
    assert not np.allclose(colored, plain_pseudocolor(stack, 2, 0.03, "channel"), atol=0.1)


@pytest.mark.parametrize("normalization", ["channel", "image"])
def test_stacks_large_enough_for_the_clip_limit_to_matter(normalization):
    assert_like_plain(blobs(0, np.uint8, (3, 200, 260)), 0.03, normalization)


def test_pixel_at_a_threshold_does_not_pass():
    levels = np.random.default_rng(10).integers(0, 4, (3, 4))
    image = np.kron(levels, np.ones((9, 9))).astype(np.uint8)
    blurred = plain_blurred(image)
    expected = blurred > np.float32(0.40)
    assert (blurred == np.float32(0.40)).any()
    np.testing.assert_array_equal(region_of_interest(image, expected.mean()), expected)


@pytest.mark.parametrize("seed", range(20))
def test_region_that_covers_exactly_the_allowed_share(seed):
    image = blobs(seed, np.uint8, (1, 88, 140))[0]
    blurred = plain_blurred(image)
    for percent in range(20, 50, 3):
        expected = blurred > np.float32(percent / 100)
        if expected.any():
            np.testing.assert_array_equal(region_of_interest(image, expected.mean()), expected)


def test_the_blur_is_opencvs_box():
    image = np.random.default_rng(0).random((37, 22), dtype=np.float32)
    np.testing.assert_allclose(plain_blur(image), cv2.blur(image, (8, 8)), rtol=0, atol=1e-6)
    impulse = np.zeros((21, 21), np.float32)
    impulse[10, 10] = 64
    touched = np.flatnonzero(plain_blur(impulse).any(axis=0))
    assert (touched[0], touched[-1]) == (10 - 3, 10 + 4)
