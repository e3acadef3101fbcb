from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from ctc_submission.evaluation.overlap import merge_tables, overlap_of_slice

LABELS = st.sampled_from([0, 0, 1, 2, 255, 256, 40000, 65535])


def count(reference, result, z):
    """Count voxel by voxel."""
    counts, sums = Counter(), {}
    for (y, x), pair in np.ndenumerate(np.rec.fromarrays([reference, result])):
        if any(pair):
            key = tuple(int(label) for label in pair)
            counts[key] += 1
            sums[key] = sums.get(key, np.zeros(3, int)) + np.array([z, y, x])
    return counts, sums


@st.composite
def slices(draw):
    shape = draw(array_shapes(min_dims=2, max_dims=2, max_side=8))
    return draw(arrays(np.uint16, shape, elements=LABELS)), draw(arrays(np.uint16, shape, elements=LABELS))


@settings(deadline=None, max_examples=50)
@given(slices(), st.integers(0, 999))
def test_counts_as_voxel_by_voxel(pair, z):
    table = overlap_of_slice(*pair, z)
    counts, sums = count(*pair, z)
    keys = list(zip(table.reference.tolist(), table.result.tolist(), strict=True))
    assert keys == sorted(counts)
    assert dict(zip(keys, table.voxels.tolist(), strict=True)) == counts
    for key, found in zip(keys, table.sums, strict=True):
        np.testing.assert_array_equal(found, sums[key])
    assert table.size == pair[0].size


def test_merging_slices_adds_them_up():
    reference, result = np.full((2, 3), 65535, np.uint16), np.full((2, 3), 7, np.uint16)
    result[1] = 9
    table = merge_tables([overlap_of_slice(reference, result, z) for z in range(4)])
    assert table.result.tolist() == [7, 9]
    assert table.voxels.tolist() == [12, 12]
    assert table.sums.tolist() == [[18, 0, 12], [18, 12, 12]]
    assert table.size == 24


def test_a_run_ends_with_its_row():
    labels = np.ones((3, 4), np.uint16)
    table = overlap_of_slice(labels, labels, 0)
    assert table.sums.tolist() == [[0, 12, 18]]
