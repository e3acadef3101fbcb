import numpy as np

from ctc_submission.reporting.cells import CellTable, join_cells, tabulate_cells
from ctc_submission.reporting.suspicion import find_suspicions


def squares(frame: int = 0, **changes: tuple[slice, slice]) -> CellTable:
    """Nine squares of one size in a slice, some changed."""
    labels = np.zeros((3, 70, 70), np.uint16)
    for index in range(9):
        row, column = divmod(index, 3)
        labels[1, 20 * row + 5 : 20 * row + 13, 20 * column + 5 : 20 * column + 13] = index + 1
    for name, where in changes.items():
        labels[1][where] = int(name[1:])
    return tabulate_cells(labels, labels, frame, (1.0, 1.0, 1.0))


def test_equal_cells_are_not_suspicious() -> None:
    assert find_suspicions(squares()) == []


def test_a_cell_twice_as_large_may_be_two() -> None:
    (found,) = find_suspicions(squares(l2=(slice(5, 13), slice(25, 45))))

    assert found.index == 1
    assert found.is_joined
    assert found.reasons[0].startswith("volume 2.5 times the median")


def test_labels_in_several_components_come_first() -> None:
    cells = squares(l2=(slice(5, 13), slice(25, 45)), l5=(slice(60, 64), slice(60, 64)))

    found = find_suspicions(cells)

    assert found[0].index == 4
    assert "2 separate components" in found[0].reasons[0]


def test_dark_cells_are_told_from_the_background() -> None:
    cells = squares()
    cells.intensity[:] = 100
    cells.intensity[3] = 12

    (found,) = find_suspicions(cells, outside=np.full(9, 10.0))

    assert found.index == 3
    assert "2% of the median contrast" in found.reasons[0]


def test_links_show_cells_that_change_size() -> None:
    cells = join_cells([squares(0), squares(1, l2=(slice(5, 13), slice(25, 37)))])

    assert find_suspicions(cells) == []
    (found,) = find_suspicions(cells, linked=True)
    assert found.index == 10
    assert found.reasons == ("volume 1.5 times that in the frame before",)


def test_too_few_cells_are_not_compared() -> None:
    labels = np.zeros((3, 30, 30), np.uint16)
    labels[1, 2:4, 2:4], labels[1, 10:25, 10:25] = 1, 2

    assert find_suspicions(tabulate_cells(labels, labels, 0, (1.0, 1.0, 1.0))) == []
