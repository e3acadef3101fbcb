import numpy as np
import pytest

from ctc_submission.reporting.cells import empty_cells, join_cells, tabulate_cells


def ball(
    shape: tuple[int, int, int], center: tuple[float, float, float], radii: tuple[float, float, float]
) -> np.ndarray:
    grid = np.indices(shape)
    return sum(((grid[axis] - center[axis]) / radii[axis]) ** 2 for axis in range(3)) < 1


def test_a_ball_in_real_proportions_is_round_and_full() -> None:
    labels = np.where(ball((21, 41, 41), (10, 20, 20), (5, 15, 15)), 7, 0).astype(np.uint16)

    cells = tabulate_cells(labels * 10 + 100, labels, 3, (3.0, 1.0, 1.0))

    assert (cells.frame[0], cells.label[0], cells.components[0]) == (3, 7, 1)
    assert cells.elongation[0] == pytest.approx(1, abs=0.05)
    assert cells.width[0] == pytest.approx(30, abs=1)
    assert cells.fill[0] == pytest.approx(1, abs=0.05)
    assert cells.intensity[0] == 170
    assert cells.center[0].tolist() == [10, 20, 20]
    assert not cells.at_edge[0]
    assert not cells.at_end[0]


def test_two_balls_with_one_label_fill_their_ellipsoid_less() -> None:
    pair = ball((21, 41, 81), (10, 20, 22), (8, 15, 15)) | ball((21, 41, 81), (10, 20, 50), (8, 15, 15))

    cells = tabulate_cells(pair * 1.0, pair.astype(np.uint16), 0, (1.0, 1.0, 1.0))

    assert cells.fill[0] < 0.9


def test_components_and_borders() -> None:
    labels = np.zeros((4, 20, 20), np.uint8)
    labels[1, 0:3, 5:8] = 1
    labels[3, 10:13, 10:13] = 2
    labels[2, 15:17, 2:4] = labels[2, 17:19, 4:6] = 3
    labels[1, 10:12, 16:18] = labels[1, 5:7, 16:18] = 4

    cells = tabulate_cells(labels, labels, 0, (1.0, 1.0, 1.0))

    assert cells.components.tolist() == [1, 1, 1, 2]
    assert cells.at_edge.tolist() == [True, False, False, False]
    assert cells.at_end.tolist() == [False, True, False, False]


def test_flat_images_are_measured_in_their_plane() -> None:
    labels = ball((1, 60, 60), (0, 30, 30), (1, 20, 10)).astype(np.uint8)

    cells = tabulate_cells(labels, labels, 0, (1.0, 1.0, 1.0))

    assert cells.elongation[0] == pytest.approx(2, abs=0.1)
    assert cells.fill[0] == pytest.approx(1, abs=0.05)
    assert not cells.at_end[0]


def test_no_cells_and_several_frames() -> None:
    empty = np.zeros((2, 5, 5), np.uint16)
    single = empty.copy()
    single[0, 2, 2] = 9

    assert len(tabulate_cells(empty, empty, 0, (1.0, 1.0, 1.0))) == len(empty_cells()) == 0
    joined = join_cells(
        [tabulate_cells(each, each, number, (1.0, 1.0, 1.0)) for number, each in enumerate([empty, single])]
    )
    assert (joined.frame.tolist(), joined.label.tolist(), joined.voxels.tolist()) == ([1], [9], [1])
