import numpy as np

from ctc_submission.segmentation.labeling.stitching import stitch_sections


def link(*rows, component=None, overlap=0.5):
    sections = np.array(rows, np.int32)[:, np.newaxis]
    component = sections > 0 if component is None else np.array(component, bool)[:, np.newaxis]
    return stitch_sections(component, sections, overlap)[:, 0].tolist()


def test_sections_that_overlap_are_one_cell():
    assert link([1, 1, 1, 0, 2, 2], [0, 3, 3, 0, 4, 4]) == [[1, 1, 1, 0, 2, 2], [0, 1, 1, 0, 2, 2]]


def test_overlap_is_measured_on_the_smaller_section():
    below = [0, 0, 0, 2, 2, 2]
    assert link([1, 1, 1, 1, 0, 0], below, overlap=0.34)[1] == [0, 0, 0, 2, 2, 2]
    assert link([1, 1, 1, 1, 0, 0], below, overlap=0.33)[1] == [0, 0, 0, 1, 1, 1]
    assert link([1, 1, 1, 1, 1, 1], [0, 2, 0, 0, 0, 0], overlap=1)[1] == [0, 1, 0, 0, 0, 0]


def test_section_has_at_most_one_above_and_one_below():
    # 2 shares all of itself with 1, and 3 only two thirds
    assert link([1, 1, 1, 1, 1, 0], [2, 2, 0, 3, 3, 3]) == [[1, 1, 1, 1, 1, 0], [1, 1, 0, 2, 2, 2]]


def test_gap_without_a_center_is_bridged_through_free_foreground():
    sections = [[1, 1, 0], [0, 0, 0], [2, 2, 0]]
    assert link(*sections, component=[[1, 1, 0], [1, 1, 1], [1, 1, 0]]) == [[1, 1, 0], [1, 1, 0], [1, 1, 0]]
    assert link(*sections, component=[[1, 1, 0], [0, 0, 1], [1, 1, 0]]) == [[1, 1, 0], [0, 0, 0], [2, 2, 0]]


def test_another_cell_in_between_is_not_bridged():
    assert link([1, 1, 1], [2, 0, 0], [3, 3, 3], overlap=0.9)[2] != [2, 2, 2]
    parted = link([1, 1, 0, 0], [0, 2, 2, 2], [3, 3, 0, 0], overlap=0.9)
    assert parted == [[1, 1, 0, 0], [0, 2, 2, 2], [3, 3, 0, 0]]


def test_chain_through_many_slices():
    assert link(*[[number, number] for number in range(1, 8)]) == [[1, 1]] * 7
