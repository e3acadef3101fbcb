"""The cell diameter, searched over all scales."""

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.diameter_search import estimate_diameter
from tests.segmentation.test_diameter import discs


def sees_what_it_knows(stack, assumed):
    """A network that is the surer of cells, and of their centers, the nearer they are to the width it is told."""
    mask = stack[len(stack) // 2] > 0.5
    labels, count = ndimage.label(mask)
    widths = np.sqrt(4 * ndimage.sum_labels(mask, labels, np.arange(1, count + 1)) / np.pi)
    sure = np.exp(-0.5 * (np.log(np.maximum(widths, 1) / assumed) / 0.5) ** 2)
    foreground = np.concatenate([[0.0], 0.4 + 0.6 * sure])[labels]
    centers = np.concatenate([[0.0], sure])[labels]
    return np.repeat(foreground[None], len(stack), axis=0), np.repeat(centers[None], len(stack), axis=0)


def without_centers(stack, assumed):
    return sees_what_it_knows(stack, assumed)[0], None


@pytest.mark.parametrize("network", [sees_what_it_knows, without_centers])
@pytest.mark.parametrize("diameter", [12, 20, 30, 52, 75])
def test_the_width_is_found_where_the_network_is_surest(diameter, network):
    stack = discs((5, 420, 440), diameter, int(1.8 * diameter)).astype(np.float32)
    assert estimate_diameter(stack, network) == pytest.approx(diameter, rel=0.2)


def test_one_scale_that_sees_clumps_does_not_decide():
    stack = discs((5, 420, 440), 20, 32).astype(np.float32)

    def fooled(part, assumed):
        if assumed < 60:
            return sees_what_it_knows(part, assumed)
        return np.ones(part.shape), np.full(part.shape, 0.98)

    assert estimate_diameter(stack, fooled) < 60


def test_an_empty_stack_gives_none():
    empty = np.zeros((4, 60, 60), np.uint16)
    assert estimate_diameter(empty, lambda part, assumed: (np.zeros(part.shape), None)) is None


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_specks_of_noise_are_no_cells(share):
    """A network that calls single pixels foreground, whatever it is told."""

    def specks(part, assumed):
        return (np.random.default_rng(0).random(part.shape) < share).astype(np.float32), None

    assert estimate_diameter(np.zeros((4, 200, 200), np.uint16), specks) is None
