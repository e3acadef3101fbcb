"""Slices annotated one by one: what may be a cell without a label is not taught as background."""

import cv2
import numpy as np
import pytest

from ctc_submission.training.data.targets import UNKNOWN
from ctc_submission.training.data.unannotated import mark_unannotated

PLACES = ((20, 20), (20, 60), (60, 20), (60, 60))


def scene(marked, radius=8, glow=2.0, seed=0):
    """Four round cells with a glow, the first few annotated; and the true labels of all."""
    everything = np.zeros((80, 80), np.uint16)
    for label, place in enumerate(PLACES, start=1):
        cv2.circle(everything, place[::-1], radius, label, -1)
    image = 100 + 400 * cv2.GaussianBlur((everything > 0).astype(np.float32), (0, 0), glow)
    noise = np.random.default_rng(seed).normal(0, 30, image.shape)
    labels = np.where(everything <= marked, everything, 0).astype(np.uint16)
    return np.rint(image + noise).clip(0, 65535).astype(np.uint16), labels, everything


@pytest.mark.parametrize("radius", [4, 8, 14])
@pytest.mark.parametrize("marked", [1, 3])
def test_cells_without_a_label_are_unknown_and_the_ground_is_not(marked, radius):
    image, labels, everything = scene(marked, radius)
    found = mark_unannotated(image, labels)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(np.where(found > 0, found, 0), labels)
    forgotten = everything > marked
    assert (found[forgotten] == UNKNOWN).mean() > 0.9
    near = cv2.dilate(forgotten.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=radius // 2 + 2) > 0
    assert (found[~near] != UNKNOWN).all()


def test_nothing_is_unknown_where_all_cells_are_annotated():
    image, labels, everything = scene(4)
    np.testing.assert_array_equal(mark_unannotated(image, labels), everything)


def test_ground_stays_known_where_cells_are_darker():
    image, labels, _ = scene(2)
    np.testing.assert_array_equal(mark_unannotated(1000 - image.astype(np.int32), labels), labels)


@pytest.mark.parametrize("label", [0, 1])
def test_slice_of_one_kind_is_taken_at_its_word(label):
    image, _, _ = scene(4)
    labels = np.full(image.shape, label, np.uint16)
    np.testing.assert_array_equal(mark_unannotated(image, labels), labels)
