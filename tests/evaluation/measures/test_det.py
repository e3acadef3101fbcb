"""Tiny worlds whose DET is worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.matching import match_objects
from ctc_submission.evaluation.measures.det import VertexErrors, det, find_vertex_errors
from ctc_submission.evaluation.overlap import overlap_of_slice

WORLDS = {
    "good": ("1111.2222.", "3333.4444.", 1, 1),
    "missed": ("1111.2222.", "3333......", 1 - 10 / 20, 1 - 10 / 20),
    "extra": ("1111......", "1111.2222.", 1 - 1 / 10, 1),
    "split": ("11111.....", "11122.....", 1 - 1 / 10, 1),
    "two merged": ("1111.2222.", "3333.3333.", 1 - 5 / 20, 1 - 5 / 20),
    "three merged": ("111.222.33", "5555555555", 1 - 10 / 30, 1 - 10 / 30),
    "half overlap": ("1111.2222.", "11...2222.", 1 - 11 / 20, 1 - 10 / 20),
    "never below 0": ("1111......", "2...3.4.56", 0, 0),
    "labels 40000 and 65535": ("aaaa.zzzz.", "zzzz.aaa..", 1, 1),
}


@pytest.mark.parametrize(("reference", "result", "penalized", "free"), WORLDS.values(), ids=WORLDS)
def test_one_frame(world, reference, result, penalized, free):
    world.tra(0, reference)
    world.mask(0, result)
    scored = evaluate_sequence(world.folder, "01", penalize_extra_detections=True).measures.det
    assert scored == pytest.approx(penalized)
    scored = evaluate_sequence(world.folder, "01", penalize_extra_detections=False).measures.det
    assert scored == pytest.approx(free)


def test_all_frames_count_together(world):
    world.tra(5, "1122334455")
    world.tra(7, "1.........")
    world.tra(8, "..........")
    world.mask(5, "1122334455")
    world.mask(7, "..........")
    world.mask(8, "1.2.......")
    evaluation = evaluate_sequence(world.folder, "01")
    assert evaluation.measures.det == pytest.approx(1 - (10 + 2) / 60)
    assert evaluation.vertex_errors == VertexErrors((), ((7, 1),), ((8, 1), (8, 2)), 6)


@pytest.mark.parametrize(("dataset", "expected"), [("Fluo-N3DL-TRIC", 1), ("Fluo-N3DH-CE", 0.9), ("my-own", 0.9)])
def test_the_dataset_decides_on_extra_objects(world, dataset, expected):
    world.tra(0, "1111......")
    world.mask(0, "1111.2222.")
    folder = world.folder.rename(world.folder.with_name(dataset))
    assert evaluate_sequence(folder, "01").measures.det == pytest.approx(expected)


def test_no_object_at_all_is_refused():
    with pytest.raises(ValueError, match="no reference marker found"):
        det(VertexErrors((), (), ((0, 1),), 0))


MASKS = arrays(np.uint16, (4, 6), elements=st.sampled_from([0, 0, 1, 2, 3]))


def errors_of(reference, result):
    return find_vertex_errors([(0, match_objects(overlap_of_slice(reference, result, 0)))])


@settings(deadline=None, max_examples=50)
@given(MASKS, MASKS, st.permutations([1, 2, 3]), st.permutations([40000, 7, 65535]))
def test_permuting_labels_changes_nothing(reference, result, order, other_order):
    renamed = errors_of(np.array([0, *order], np.uint16)[reference], np.array([0, *other_order], np.uint16)[result])
    errors = errors_of(reference, result)
    assert renamed.cost() == errors.cost()
    assert renamed.objects == errors.objects


@settings(deadline=None, max_examples=50)
@given(MASKS)
def test_a_perfect_result_costs_nothing(reference):
    assert errors_of(reference, reference).cost() == 0
