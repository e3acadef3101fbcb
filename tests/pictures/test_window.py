import numpy as np
import pytest

from ctc_submission.pictures.window import find_window


def test_small_images_are_taken_whole() -> None:
    rows, columns = find_window(np.zeros((100, 300), np.uint16), side=50, whole=300)

    assert (rows, columns) == (slice(0, 100), slice(0, 300))


@pytest.mark.parametrize("corner", [(0, 0), (700, 1100), (150, 560), (391, 7)])
def test_window_holds_the_cells_wherever_they_are(corner: tuple[int, int]) -> None:
    y, x = corner
    labels = np.zeros((800, 1200), np.uint16)
    labels[y : y + 100, x : x + 100] = 3

    rows, columns = find_window(labels, side=200, whole=200)

    assert (rows.stop - rows.start, columns.stop - columns.start) == (200, 200)
    assert np.count_nonzero(labels[rows, columns]) == 100 * 100


def test_one_long_edge_is_cut_alone() -> None:
    labels = np.zeros((50, 600), np.uint16)
    labels[20:30, 580:600] = 1

    rows, columns = find_window(labels, side=100, whole=100)

    assert rows == slice(0, 50)
    assert columns.stop == 600
