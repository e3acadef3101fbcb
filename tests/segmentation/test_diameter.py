import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.diameter import (
    cut_block,
    estimate_diameter,
    measure_diameter,
    section_diameters,
    section_widths,
)


def discs(shape, diameter, pitch):
    y, x = np.ix_(np.arange(shape[1]), np.arange(shape[2]))
    inside = ((y + pitch // 2) % pitch - pitch // 2) ** 2 + ((x + pitch // 2) % pitch - pitch // 2) ** 2
    return np.repeat((inside <= (diameter / 2) ** 2)[None], shape[0], axis=0)


def sees_only_what_it_knows(stack, assumed):
    """A network that finds cells from half to twice the width it is told, and no others."""
    mask = stack > 0.5
    labels, count = ndimage.label(mask[0])
    widths = np.sqrt(4 * ndimage.sum_labels(mask[0], labels, np.arange(1, count + 1)) / np.pi)
    kept = np.flatnonzero((widths > 0.5 * assumed) & (widths < 2 * assumed)) + 1
    return np.repeat(np.isin(labels, kept)[None], len(stack), axis=0).astype(np.float32)


@pytest.mark.parametrize("diameter", [9, 16, 30, 52])
def test_the_width_is_found_where_what_is_seen_agrees_with_what_was_assumed(diameter):
    stack = discs((5, 300, 340), diameter, int(1.6 * diameter)).astype(np.float32)
    assert estimate_diameter(stack, sees_only_what_it_knows) == pytest.approx(diameter, rel=0.15)


def test_an_empty_stack_gives_none():
    empty = np.zeros((4, 60, 60), np.uint16)
    assert estimate_diameter(empty, lambda part, assumed: np.zeros(part.shape)) is None


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_specks_of_noise_are_no_cells(share):
    """A network that calls single pixels foreground, whatever it is told."""

    def specks(part, assumed):
        return (np.random.default_rng(0).random(part.shape) < share).astype(np.float32)

    assert estimate_diameter(np.zeros((4, 200, 200), np.uint16), specks) is None


def test_widths_of_touching_discs_are_those_of_the_discs():
    widths = section_widths(discs((1, 90, 90), 20, 19)[0])
    assert np.median(widths) == pytest.approx(20, abs=3)
    assert section_widths(np.zeros((9, 9), bool)).size == 0


def test_diameter_is_that_of_the_disc_of_the_largest_section():
    labels = np.zeros((3, 20, 20), np.uint16)
    labels[0, :2, :2] = 7
    labels[1, :4, :4] = 7
    labels[2, 10:13, 10:13] = 900
    diameters = section_diameters(labels)
    np.testing.assert_allclose(np.pi * diameters**2 / 4, [16, 9])


def test_no_cell_no_diameter():
    assert section_diameters(np.zeros((2, 4, 4), np.int32)).size == 0
    assert section_diameters([]).size == 0


def test_measured_is_the_median_of_the_labels_unless_they_are_few():
    labels = np.zeros((2, 60, 60), np.int32)
    for label, side in enumerate((5, 10, 30), start=1):
        labels[0, :side, 20 * label - 20 : 20 * label - 20 + min(side, 20)] = label
    assert measure_diameter(labels) == pytest.approx(np.sqrt(4 * 100 / np.pi), rel=0.03)
    assert measure_diameter(labels * (labels == 1)) is None


def test_block_is_cut_where_cells_are():
    stack = np.zeros((200, 120, 150), np.uint8)
    stack[130:140, 90:100, 20:30] = 200
    block = cut_block(stack, 3.0)
    assert block.shape == (64, 42, 42)
    assert (block > 0).sum() == 1000
    assert cut_block(stack[:9, :30], 3.0).shape == (9, 30, 42)
