import numpy as np
import pytest

from ctc_submission.segmentation.labeling.cleaning import clean_labels


def clean(row, minimum_size=0, field_margin=0):
    labels = np.array(row, np.int32)[np.newaxis, np.newaxis]
    return clean_labels(labels, minimum_size=minimum_size, field_margin=field_margin)[0, 0].tolist()


def test_numbers_follow_the_first_voxels():
    assert clean([0, 7, 7, 3, 3, 0, 9]) == [0, 1, 1, 2, 2, 0, 3]


def test_small_component_alone_is_dropped():
    assert clean([5, 5, 0, 8, 8, 8, 0], minimum_size=3) == [0, 0, 0, 1, 1, 1, 0]


def test_small_component_joins_the_neighbor_it_touches():
    assert clean([5, 5, 8, 8, 8, 0, 2, 2, 2], minimum_size=3) == [1, 1, 1, 1, 1, 0, 2, 2, 2]


def test_small_components_that_are_large_together_become_a_cell():
    assert clean([1, 1, 2, 2, 3, 0, 4], minimum_size=4) == [1, 1, 1, 1, 1, 0, 0]
    assert clean([1, 1, 2, 0, 4], minimum_size=4) == [0, 0, 0, 0, 0]


def test_small_component_joins_the_neighbor_it_touches_most():
    labels = np.array([[[1, 1, 1, 1, 1], [0, 4, 4, 0, 0], [2, 2, 0, 0, 0], [2, 2, 2, 2, 2]]], np.int32)
    cleaned = clean_labels(labels, minimum_size=3, field_margin=0)
    assert cleaned[0, 1].tolist() == [0, 1, 1, 0, 0]
    assert cleaned.max() == 2


def test_components_touch_across_slices_and_corners():
    labels = np.zeros((2, 4, 4), np.int32)
    labels[0, 0, 0], labels[1, 1:, 1:] = 1, 2
    assert clean_labels(labels, minimum_size=2, field_margin=0)[0, 0, 0] == 1


@pytest.mark.parametrize("minimum_size", [2, 5, 12])
def test_no_component_below_the_minimum_survives(minimum_size):
    labels = np.random.default_rng(0).integers(0, 90, (4, 12, 12)).astype(np.int32)
    labels[:, :, 6:] = 0
    sizes = np.bincount(clean_labels(labels, minimum_size=minimum_size, field_margin=0).ravel())[1:]
    assert len(sizes)
    assert sizes.min() >= minimum_size


def test_cell_partly_in_the_field_of_interest_stays_whole():
    labels = np.zeros((1, 9, 12), np.int32)
    labels[0, 4, :3], labels[0, 0:2, 6:9], labels[0, 4, 10:] = 1, 2, 3
    cleaned = clean_labels(labels, minimum_size=0, field_margin=2)
    assert cleaned[0, 4].tolist() == [1, 1, 1] + [0] * 9
    assert cleaned.max() == 1


def test_labels_are_not_changed_in_place():
    labels = np.array([[[0, 9, 9, 0, 4]]], np.int32)
    before = labels.copy()
    clean_labels(labels, minimum_size=2, field_margin=0)
    assert np.array_equal(labels, before)


def test_labels_may_be_cleaned_where_they_are():
    labels = np.random.default_rng(0).integers(0, 60, (4, 12, 12)).astype(np.int32)
    expected = clean_labels(labels, minimum_size=5, field_margin=2)
    assert not np.array_equal(expected, labels)
    assert clean_labels(labels, minimum_size=5, field_margin=2, output=labels) is labels
    assert np.array_equal(labels, expected)
