import numpy as np

from ctc_submission.evaluation.matching import match_objects
from ctc_submission.evaluation.overlap import overlap_of_slice


def match(reference, result):
    return match_objects(overlap_of_slice(np.array(reference, np.uint16), np.array(result, np.uint16), 0))


def test_half_an_object_is_no_match():
    half = match([[7, 7, 7, 7]], [[3, 3, 0, 0]])
    assert half.matches.tolist() == [0]
    assert half.jaccard.tolist() == [0]
    assert half.result_counts.tolist() == [0]


def test_more_than_half_is_a_match():
    most = match([[7, 7, 7, 7]], [[3, 3, 3, 0]])
    assert most.matches.tolist() == [3]
    assert most.jaccard.tolist() == [0.75]
    assert most.result_counts.tolist() == [1]


def test_the_whole_match_counts_in_the_union():
    assert match([[7, 7, 0, 0, 0, 0]], [[3, 3, 3, 3, 0, 3]]).jaccard.tolist() == [2 / 5]


def test_one_result_may_match_several():
    merged = match([[1, 1, 2, 2, 9]], [[5, 5, 5, 5, 0]])
    assert merged.labels.tolist() == [1, 2, 9]
    assert merged.matches.tolist() == [5, 5, 0]
    assert merged.jaccard.tolist() == [0.5, 0.5, 0]
    assert merged.result_counts.tolist() == [2]


def test_sizes_and_centers():
    found = match([[0, 4, 4], [0, 4, 4]], [[8, 0, 0], [8, 8, 0]])
    assert found.sizes.tolist() == [4]
    assert found.centers.tolist() == [[0, 0.5, 1.5]]
    assert found.result_sizes.tolist() == [3]
    np.testing.assert_allclose(found.result_centers, [[0, 2 / 3, 1 / 3]])


def test_no_objects():
    nothing = match([[0, 0]], [[0, 0]])
    assert nothing.labels.size == nothing.result_labels.size == nothing.jaccard.size == 0
