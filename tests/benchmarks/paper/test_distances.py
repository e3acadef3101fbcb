"""Distance maps: targets of cells drawn by hand, the loss, and the way back to labels."""

import numpy as np
import pytest
import torch

from benchmarks.paper.distances import (
    CELL_THRESHOLD,
    DistanceLoss,
    cell_distances,
    label_distances,
    neighbor_distances,
)
from ctc_submission.training.data.targets import IGNORED


def picture(text):
    return np.array([[pixel == "#" for pixel in line] for line in text.split()])


@pytest.fixture
def two_cells():
    cells = np.zeros((40, 60), dtype=bool)
    cells[10:30, 5:25] = cells[12:20, 28:36] = True
    return cells


def test_depth_of_each_cell_goes_up_to_one():
    depth = cell_distances(picture(".........  .#####.#.  .#####...  .#####...  ........."))
    np.testing.assert_allclose(depth[2], [0, 0.5, 1, 1, 1, 0.5, 0, 0, 0])
    assert depth[1, 7] == 1


def test_nothing_has_no_depth():
    assert not cell_distances(np.zeros((5, 6), bool)).any()


def test_neighbors_are_felt_across_the_gap_and_one_cell_has_none(two_cells):
    nearness = neighbor_distances(two_cells)
    assert nearness[15, [24, 22, 5]].tolist() == [0.5, 0.25, 0]
    assert not nearness[~two_cells].any()
    assert not neighbor_distances(two_cells & (np.arange(60) < 26)).any()


def maps_of(cells):
    return np.stack([cell_distances(cells), neighbor_distances(cells)])


def test_perfect_maps_cost_nothing_and_errors_cost(two_cells):
    target = torch.from_numpy(two_cells.astype(np.float32))[None, None]
    output = torch.from_numpy(maps_of(two_cells))[None]
    output[:, 0] -= CELL_THRESHOLD
    loss = DistanceLoss()
    assert loss(output, target).item() == pytest.approx(0, abs=1e-7)
    assert loss(output + 1, target).item() == pytest.approx(1)  # half a square, in two maps


def test_unknown_pixels_cost_nothing(two_cells):
    target = torch.from_numpy(two_cells.astype(np.float32))[None, None]
    output = torch.from_numpy(maps_of(two_cells))[None]
    output[:, 0] -= CELL_THRESHOLD
    target[..., :2] = IGNORED
    output[..., :2] += 1
    assert DistanceLoss()(output, target).item() == pytest.approx(0, abs=1e-7)


def test_labels_come_back_from_the_maps(two_cells):
    maps = np.stack([maps_of(two_cells)] * 3, axis=1)
    labels = label_distances(*maps)
    assert labels.dtype == np.int32
    assert labels.max() == 2
    for cell in (1, 2):
        part = np.unique(labels[labels == cell])
        assert part.size == 1
    found, truth = labels[1] > 0, two_cells
    assert (found & truth).sum() / (found | truth).sum() > 0.85
    assert labels[1, 20, 15] != labels[1, 15, 32]


def test_shallow_regions_have_no_seed():
    assert not label_distances(np.full((2, 9, 9), 0.3), np.zeros((2, 9, 9))).any()
