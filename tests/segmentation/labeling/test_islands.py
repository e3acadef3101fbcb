import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage

from ctc_submission.segmentation.labeling.islands import find_islands

MASKS = arrays.arrays(bool, arrays.array_shapes(min_dims=3, max_dims=3, max_side=15))


@settings(max_examples=60, deadline=None)
@given(MASKS, st.tuples(*[st.integers(0, 7)] * 3))
def test_every_voxel_is_on_one_island(mask, apart):
    seen = np.zeros(mask.shape, int)
    for box, island in find_islands(mask, apart):
        assert island.any()
        seen[box] += island
    assert np.array_equal(seen, mask)


@pytest.mark.parametrize("apart", [(0, 0, 0), (1, 3, 3), (3, 6, 9)])
def test_islands_lie_apart(apart):
    mask = np.random.default_rng(1).random((12, 90, 120)) > 0.9995
    numbers = np.zeros(mask.shape, int)
    for number, (box, island) in enumerate(find_islands(mask, apart), start=1):
        numbers[box][island] = number
    size = [2 * more + 1 for more in apart]
    nearby = ndimage.maximum_filter(numbers, [max(side, 3) for side in size])
    assert numbers.max() > 3
    assert np.array_equal(nearby[mask], numbers[mask])


def test_an_island_is_surrounded_where_the_frame_goes_on():
    mask = np.zeros((5, 30, 40), bool)
    mask[0, 3:9, 20:31] = mask[1, 8, 30] = True
    ((box, island),) = find_islands(mask, (1, 3, 3))
    assert box[0] == slice(0, 3)
    assert island[:2].sum() == mask.sum()
    assert not any(face.any() for face in (island[-1], island[:, 0], island[:, -1], island[:, :, 0], island[:, :, -1]))


def test_an_empty_frame_has_no_islands():
    assert not list(find_islands(np.zeros((2, 30, 30), bool), (1, 3, 3)))
