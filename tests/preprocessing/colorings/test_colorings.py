"""What holds for every pseudocoloring scheme: a new one is tested here without a change."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ctc_submission.preprocessing.coloring_scheme import ColoringScheme
from ctc_submission.preprocessing.colorings import COLORINGS, find_scheme
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices


def noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 4096, shape).astype(np.uint16)


def color(stack: np.ndarray, coloring: str, executor: ThreadPoolExecutor | None = None) -> np.ndarray:
    return np.stack(list(pseudocolor_slices(stack, PseudocolorParameters(coloring=coloring), executor)))


def test_published_schemes_are_found() -> None:
    assert {"gray", "intensity", "region"} <= set(COLORINGS)


@pytest.mark.parametrize("coloring", COLORINGS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 20, 30), (4, 30, 20)])
def test_slices_have_colors_in_range_and_the_stack_is_not_changed(coloring, dtype, shape) -> None:
    stack = noise(shape).astype(dtype)
    kept = stack.copy()
    colored = color(stack, coloring)
    np.testing.assert_array_equal(stack, kept)
    assert colored.shape == (*shape, 3)
    assert colored.dtype == np.float32
    assert colored.min() >= 0
    assert colored.max() <= 1


@pytest.mark.parametrize("coloring", COLORINGS)
def test_threads_give_the_same(coloring) -> None:
    stack = noise((6, 40, 30))
    with ThreadPoolExecutor(3) as executor:
        np.testing.assert_array_equal(color(stack, coloring, executor), color(stack, coloring))


@pytest.mark.parametrize("coloring", COLORINGS)
def test_the_stack_upside_down_swaps_red_and_blue(coloring) -> None:
    stack = noise((5, 40, 30))
    np.testing.assert_array_equal(color(stack[::-1], coloring)[::-1], color(stack, coloring)[..., ::-1])


@pytest.mark.parametrize("coloring", COLORINGS)
def test_intensities_change_within_their_range_and_by_chance_alone(coloring) -> None:
    scheme: ColoringScheme = find_scheme(coloring)
    image = color(noise((3, 40, 30)), coloring)[1]
    kept = image.copy()
    unchanged = scheme.change_intensities(image, np.float32(1), np.float32(0), np.random.default_rng(0))
    np.testing.assert_allclose(unchanged, image, atol=1e-6)
    first, again, other = (
        scheme.change_intensities(image, np.float32(0.5), np.float32(0.3), np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(image, kept)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert first.min() >= 0
    assert first.max() <= 1
    assert first.dtype == np.float32
