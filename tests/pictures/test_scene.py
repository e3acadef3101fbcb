from numpy.typing import NDArray

from ctc_submission.pictures.scene import Scene, count_cells


def test_best_slice_is_annotated_and_agrees_least_or_has_most_cells(frame: NDArray, labels: NDArray) -> None:
    assert Scene("", frame, labels, {0: labels[0], 2: labels[2]}).best_slice == 2
    assert Scene("", frame, labels, {1: labels[1], 0: labels[0] * 2 + labels[1] % 2}).best_slice == 0
    assert Scene("", frame, labels, {1: labels[1] * 0}).best_slice == 1
    assert Scene("", frame, labels).best_slice == 1
    assert Scene("", frame, labels * 0).best_slice == 2


def test_cells_are_counted_by_label(labels: NDArray) -> None:
    assert count_cells(labels) == 3
    assert count_cells(labels[3]) == 0
