"""Tiny worlds whose SEG is worked out by hand."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.matching import match_objects
from ctc_submission.evaluation.measures.seg import seg
from ctc_submission.evaluation.overlap import merge_tables, overlap_of_slice

WORLDS = {
    "good": ("1111.2222.", "3333.4444.", 1),
    "missed": ("1111.2222.", "3333......", 1 / 2),
    "extra costs nothing": ("1111......", "1111.2222.", 1),
    "split": ("11111.....", "11122.....", 3 / 5),
    "merged": ("1111.2222.", "3333.3333.", (4 / 8 + 4 / 8) / 2),
    "half overlap": ("1111......", "11........", 0),
    "just over half": ("11111.....", "111.......", 3 / 5),
    "too large": ("1111......", "1111111111", 4 / 10),
    "labels 40000 and 65535": ("aaaa.zzzz.", "zzzz.aaa..", (1 + 3 / 4) / 2),
    "neighbors modulo 65536": ("z111......", "z111......", 1),
    "disconnected": ("11....11..", "22....22..", 1),
    "no background": ("1111122222", "2222211111", 1),
    "empty result": ("1111......", "..........", 0),
    "two slices": ("11../....|.11./.11.", "3.../....|.33./.33.", 5 / 6),
}


@pytest.mark.parametrize(("reference", "result", "expected"), WORLDS.values(), ids=WORLDS)
def test_one_whole_frame(world, reference, result, expected):
    world.seg(0, reference)
    world.mask(0, result)
    assert evaluate_sequence(world.folder, "01").measures.seg == pytest.approx(expected, abs=1e-12)


def test_50_and_51_of_100_pixels(world):
    result = np.zeros((20, 10), np.uint16)
    world.seg(0, np.repeat([[1], [2]], 10, axis=0).repeat(10, axis=1))
    result[:5] = 1
    result[10:15] = 2
    result[15, 0] = 2
    world.mask(0, result)
    assert evaluate_sequence(world.folder, "01").measures.seg == pytest.approx(0.51 / 2)


def test_a_slice_is_compared_with_that_slice_alone(world):
    world.seg(0, "1111", z=1)
    world.mask(0, "7777|77..|7777")
    assert evaluate_sequence(world.folder, "01").measures.seg == 0
    world.mask(0, "7777|777.|7777")
    assert evaluate_sequence(world.folder, "01").measures.seg == 3 / 4


def test_a_cell_in_several_slices_counts_in_each(world):
    for z in range(3):
        world.seg(0, "1111", z=z)
    world.mask(0, "4444|444.|....")
    assert evaluate_sequence(world.folder, "01").measures.seg == pytest.approx((1 + 3 / 4 + 0) / 3)


def test_a_frame_given_whole_and_as_a_slice_counts_twice(world):
    world.seg(0, "1111|1111")
    world.seg(0, "1111", z=0)
    world.mask(0, "4444|44..")
    assert evaluate_sequence(world.folder, "01").measures.seg == pytest.approx((6 / 8 + 1) / 2)


def test_the_mean_is_over_objects_and_not_over_frames(world):
    world.seg(5, "1122334...")
    world.seg(6, "11111.....")
    world.seg(7, "..........")
    world.mask(5, "1122334...")
    world.mask(6, "..........")
    world.mask(7, "11111.....")
    assert evaluate_sequence(world.folder, "01").measures.seg == 4 / 5


def test_four_digits(world_of_four_digits):
    world_of_four_digits.seg(12, "11", z=0)
    world_of_four_digits.mask(12, "11|..")
    assert evaluate_sequence(world_of_four_digits.folder, "01").measures.seg == 1


def test_frames_without_a_reference_need_no_result(world):
    world.seg(3, "11")
    world.mask(3, "11")
    world.mask(4, "1111")
    assert evaluate_sequence(world.folder, "01").measures.seg == 1


def test_more_than_2700_labels(world):
    labels = np.arange(1, 6401, dtype=np.uint16).reshape(80, 80)
    world.seg(0, labels)
    world.mask(0, labels[::-1, ::-1])
    assert evaluate_sequence(world.folder, "01").measures.seg == 1


def test_no_object_at_all_is_refused():
    with pytest.raises(ValueError, match="no reference object found"):
        seg([])


QUICK = settings(deadline=None, max_examples=50)
LABELS = st.sampled_from([0, 0, 1, 2, 3, 40000, 65535])
STACKS = arrays(np.uint16, (2, 4, 5), elements=LABELS)


def seg_of(reference, result):
    tables = [overlap_of_slice(*pair, z) for z, pair in enumerate(zip(reference, result, strict=True))]
    return seg([match_objects(merge_tables(tables))])


@QUICK
@given(STACKS, STACKS, st.permutations([1, 2, 3, 40000, 65535]), st.permutations([1, 2, 3, 40000, 65535]))
def test_permuting_labels_changes_nothing(reference, result, order, other_order):
    assume(reference.any())
    renamed = [np.arange(65536, dtype=np.uint16) for _ in range(2)]
    for names, permutation in zip(renamed, (order, other_order), strict=True):
        names[[1, 2, 3, 40000, 65535]] = permutation
    assert seg_of(renamed[0][reference], renamed[1][result]) == pytest.approx(seg_of(reference, result))


@QUICK
@given(STACKS)
def test_a_perfect_result_is_1(reference):
    assume(reference.any())
    assert seg_of(reference, reference) == 1


@QUICK
@given(STACKS, arrays(np.uint16, (2, 4, 5), elements=st.sampled_from([0] * 9 + [1, 7])), st.data())
def test_taking_shared_voxels_from_a_match_never_raises_seg(reference, noise, data):
    assume(reference.any())
    result = np.where(noise == 0, reference, noise)
    tables = [overlap_of_slice(*pair, z) for z, pair in enumerate(zip(reference, result, strict=True))]
    matching = match_objects(merge_tables(tables))
    label = data.draw(st.sampled_from(matching.labels.tolist()))
    match = matching.matches[matching.labels == label]
    assume(match > 0 and matching.result_counts[matching.result_labels == match] == 1)
    places = np.argwhere((reference == label) & (result == match))
    taken = data.draw(st.sets(st.integers(0, len(places) - 1), min_size=1))
    smaller = result.copy()
    smaller[tuple(places[sorted(taken)].T)] = 0
    assert seg_of(reference, smaller) < seg_of(reference, result)
