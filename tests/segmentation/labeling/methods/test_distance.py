import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame
from ctc_submission.segmentation.labeling import label_cells
from ctc_submission.segmentation.labeling.methods.distance import label_by_distance
from ctc_submission.segmentation.labeling_parameters import LabelingParameters

DATA = Path(__file__).resolve().parents[4].parent / "shared" / "data"


def ball(shape, center, radii):
    grid = np.ogrid[tuple(slice(0, side) for side in shape)]
    return sum(((axis - c) / r) ** 2 for axis, c, r in zip(grid, center, radii, strict=True)) <= 1


def rod(angle, width, length=110, side=140):
    y, x = np.mgrid[:side, :side] - side / 2
    turn = np.deg2rad(angle)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return ((np.abs(across) <= width / 2) & (np.abs(along) <= length / 2))[None]


def count(mask, **choices):
    return label_by_distance(mask, LabelingParameters("distance", **choices)).max()


@pytest.mark.parametrize("smoothing", [0, 1.0])
def test_rod_at_45_degrees_is_one_cell(smoothing):
    assert count(rod(45, 9), smoothing=smoothing, dynamics=0) == 1


@pytest.mark.parametrize("angle", [0, 17, 30, 45, 60, 83, 90])
@pytest.mark.parametrize("width", [7, 9, 13])
def test_rods_are_one_cell_at_any_angle(angle, width):
    assert count(rod(angle, width)) == 1
    assert count(np.pad(np.repeat(rod(angle, width), 3, axis=0), ((1, 1), (0, 0), (0, 0)))) == 1


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_touching_balls_are_two_cells(axis):
    shape, one, two = [21, 21, 21], [10, 10, 10], [10, 10, 10]
    shape[axis], two[axis] = 40, 25
    mask = ball(shape, one, (8, 8, 8)) | ball(shape, two, (8, 8, 8))
    labels = label_by_distance(mask, LabelingParameters("distance"))
    assert labels.max() == 2
    assert labels[tuple(one)] != labels[tuple(two)]
    sizes = np.bincount(labels[mask])[1:]
    assert abs(sizes[0] - sizes[1]) < 0.1 * sizes.sum()


def test_spacing_separates_flat_cells_above_each_other():
    shape = (14, 40, 40)
    mask = ball(shape, (3, 20, 20), (2.6, 13, 13)) | ball(shape, (8.5, 20, 20), (3, 13, 13))
    assert mask[5:7].any(axis=(1, 2)).all()
    assert count(mask, spacing=(5.0, 1.0, 1.0)) == 2


def test_column_through_thick_slices_is_one_cell():
    mask = np.zeros((9, 40, 40), bool)
    mask[1:8] = ball((1, 40, 40), (0, 20, 20), (1, 9, 9))
    for z in range(1, 8):
        mask[z] = np.roll(mask[z], z, axis=1)
    assert count(mask, spacing=(4.8, 1.0, 1.0)) == 1


def test_memory_follows_the_cells():
    mask = np.zeros((13, 600, 800), bool)
    mask[3:9, 100:130, 200:240] = True
    tracemalloc.start()
    label_by_distance(mask, LabelingParameters())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * mask.size


@pytest.mark.parametrize(
    ("folder", "spacing", "cells", "score"),
    [
        ("mouse-embryo", (1.0, 1.0, 1.0), 8, 0.99),
        ("plant-nuclei", (1.0, 1.0, 1.0), 54, 0.95),
        ("stardist-sample", (2.0, 1.0, 1.0), 51, 0.85),
    ],
)
def test_real_nuclei_are_separated(folder, spacing, cells, score):
    path = DATA / folder / "01_GT" / "SEG" / "man_seg000.tif"
    if not path.is_file():
        pytest.skip("real data is not here")
    truth = read_frame(path)
    parameters = LabelingParameters("distance", spacing=spacing, minimum_size=30)
    labels = label_cells(np.float32(truth > 0), parameters=parameters)
    assert abs(int(labels.max()) - cells) <= 0.1 * cells
    assert np.mean([jaccard(truth == number, labels) for number in np.unique(truth)[1:]]) > score


def jaccard(cell, labels):
    shared = np.bincount(labels[cell], minlength=2)
    best = shared[1:].argmax() + 1
    return shared[best] / np.sum(cell | (labels == best))
