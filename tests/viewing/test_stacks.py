from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ctc_submission.viewing.stacks import LazyStack


@pytest.fixture
def whole() -> NDArray[np.uint16]:
    return np.random.default_rng(0).integers(0, 9, (6, 3, 4, 5)).astype(np.uint16)


@pytest.fixture
def read() -> list[int]:
    return []


@pytest.fixture
def stack(whole: NDArray[np.uint16], read: list[int]) -> LazyStack:
    def read_one(path: Path) -> NDArray[np.uint16]:
        read.append(int(path.name))
        return whole[int(path.name)]

    return LazyStack([Path(str(index)) for index in range(6)], read_one, (3, 4, 5), np.dtype("u2"))


@pytest.mark.parametrize(
    "key",
    [
        1,
        -1,
        (2, 1),
        (slice(1, 5, 2), slice(None), 3),
        (slice(0, 0), 1),
        (3, slice(1, 2), Ellipsis),
        (np.array([0, 5, 5]), np.array([1, 2, 0]), np.array([0, 0, 3]), np.array([4, 1, 2])),
        Ellipsis,
    ],
)
def test_indices_are_those_of_an_array(stack: LazyStack, whole: NDArray[np.uint16], key: object) -> None:
    np.testing.assert_array_equal(stack[key], whole[key])


def test_frames_are_read_when_they_are_looked_at(stack: LazyStack, read: list[int]) -> None:
    assert (stack.shape, stack.ndim, stack.size, len(stack)) == ((6, 3, 4, 5), 4, 360, 6)
    assert read == []
    assert (stack[4, 1], stack[4, 2])[0].shape == (4, 5)
    assert read == [4]
    np.testing.assert_array_equal(np.asarray(stack).shape, (6, 3, 4, 5))


@pytest.mark.parametrize(
    "key",
    [(2, 1, 0, 3), (slice(1, 3), 0), (np.array([0, 5]), np.array([1, 2]), np.array([0, 3]), np.array([4, 1]))],
)
def test_what_is_assigned_is_kept_and_the_source_left_alone(
    stack: LazyStack, whole: NDArray[np.uint16], key: object
) -> None:
    before, expected = whole.copy(), whole.copy()
    expected[key] = 77

    stack[key] = 77

    np.testing.assert_array_equal(np.asarray(stack), expected)
    np.testing.assert_array_equal(whole, before)
    assert sorted(stack.edited) == sorted({index for index in range(6) if (expected[index] == 77).any()})
