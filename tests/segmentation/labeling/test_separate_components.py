import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage

from ctc_submission.segmentation.labeling.separate_components import (
    find_separate_components,
    group_components,
    pack_components,
)

SEPARATION = (1, 3, 3)
MASKS = arrays.arrays(bool, arrays.array_shapes(min_dims=3, max_dims=3, max_side=15))


@settings(max_examples=60, deadline=None)
@given(MASKS, st.tuples(*[st.integers(0, 7)] * 3))
def test_every_voxel_is_on_one_component(mask, separation):
    seen = np.zeros(mask.shape, int)
    for box, component in find_separate_components(mask, separation):
        assert component.any()
        seen[box] += component
    assert np.array_equal(seen, mask)


@pytest.mark.parametrize("separation", [(0, 0, 0), (1, 3, 3), (3, 6, 9)])
def test_components_lie_apart(separation):
    mask = np.random.default_rng(1).random((12, 90, 120)) > 0.9995
    numbers = np.zeros(mask.shape, int)
    for number, (box, component) in enumerate(find_separate_components(mask, separation), start=1):
        numbers[box][component] = number
    size = [2 * more + 1 for more in separation]
    nearby = ndimage.maximum_filter(numbers, [max(side, 3) for side in size])
    assert numbers.max() > 3
    assert np.array_equal(nearby[mask], numbers[mask])


def test_a_component_is_surrounded_where_the_frame_goes_on():
    mask = np.zeros((5, 30, 40), bool)
    mask[0, 3:9, 20:31] = mask[1, 8, 30] = True
    ((box, component),) = find_separate_components(mask, (1, 3, 3))
    assert box[0] == slice(0, 3)
    assert component[:2].sum() == mask.sum()
    assert not any(
        face.any()
        for face in (component[-1], component[:, 0], component[:, -1], component[:, :, 0], component[:, :, -1])
    )


def test_an_empty_frame_has_no_components():
    assert not list(find_separate_components(np.zeros((2, 30, 30), bool), (1, 3, 3)))


@pytest.fixture
def mask():
    return ndimage.gaussian_filter(np.random.default_rng(2).random((9, 200, 240)), (0.5, 2, 2)) > 0.57


def packs(mask, separation=SEPARATION):
    return [
        pack_components(group, mask.shape, separation[1])
        for group in group_components(find_separate_components(mask, separation), mask.shape)
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.floats(0.9, 0.999), st.sampled_from([(1, 3, 3), (3, 3, 3), (2, 6, 6), (1, 1, 1)]))
def test_every_voxel_is_in_one_pack_and_knows_its_index(seed, part, separation):
    mask = np.random.default_rng(seed).random((6, 40, 50)) > part
    places = np.concatenate([np.empty(0, int), *(pack.voxels() for pack in packs(mask, separation))])
    assert np.array_equal(np.sort(places), np.flatnonzero(mask))


def test_components_in_a_pack_do_not_come_closer(mask):
    window = [2 * more + 1 for more in SEPARATION]
    count = 0
    for group in group_components(find_separate_components(mask, SEPARATION), mask.shape):
        pack = pack_components(group, mask.shape, SEPARATION[1])
        frame = np.zeros(mask.shape, int)
        for number, (box, component) in enumerate(group, start=1):
            frame[box][component] = number
        numbers = np.zeros(pack.mask.shape, int)
        numbers[pack.mask] = frame.ravel()[pack.voxels()]
        assert np.array_equal(ndimage.maximum_filter(numbers, window)[pack.mask], numbers[pack.mask])
        count += len(group)
    assert count > 50


def test_first_and_last_slices_stay_first_and_last(mask):
    for pack in packs(mask):
        z = pack.voxels() // mask[0].size
        depth = np.nonzero(pack.mask)[0]
        assert np.array_equal(z == 0, (depth == 0) & (z == 0))
        assert (depth[z == 0] == 0).all()
        assert (depth[z == len(mask) - 1] == len(pack.mask) - 1).all()


def test_components_at_the_edge_of_a_slice_are_alone(mask):
    for group in group_components(find_separate_components(mask, SEPARATION), mask.shape):
        at_rim = [y.start == 0 or x.start == 0 or y.stop == 200 or x.stop == 240 for (_, y, x), _ in group]
        assert len(group) == 1 or not any(at_rim)


def test_packs_are_few_and_hardly_larger_than_their_components():
    mask = np.zeros((13, 1000, 1000), bool)
    mask[4:8, ::25, ::25] = mask[4:8, 1::25, ::25] = True
    groups = list(group_components(find_separate_components(mask, SEPARATION), mask.shape))
    inner = [group for group in groups if len(group) > 1]
    assert sum(len(group) for group in inner) > 1400
    assert len(inner) < 4
    sizes = [sum(component.size for _, component in group) for group in inner]
    assert sum(pack_components(group, mask.shape, 3).mask.size for group in inner) < 1.5 * sum(sizes)
