import numpy as np
import pytest
from numpy.typing import NDArray

from ctc_submission.pictures.composition import compose
from ctc_submission.pictures.scene import Scene

ORANGE, BLUE, WHITE = ([0xE6, 0x9F, 0x00], [0x56, 0xB4, 0xE9], [255, 255, 255])


def _titles(scene: Scene, z: int) -> list[list[str]]:
    return [[panel.title for panel in row] for row in compose(scene, z)]


def _has(image: NDArray[np.uint8], color: list[int]) -> bool:
    return bool((image == color).all(axis=-1).any())


def test_stacks_show_a_slice_and_below_it_the_whole(frame: NDArray, labels: NDArray) -> None:
    assert _titles(Scene("", frame, labels, {1: labels[1]}), 1) == [
        ["Frame, slice 1", "Reference, 3 cells in the slice", "Result, 3 cells in the slice"],
        [
            "Whole frame, maximum projection along z",
            "Reference and result, slice 1",
            "Result, projection along z, 3 cells",
        ],
        ["Frame, XZ slice at y = 2, z downwards", "Result, the same XZ slice"],
    ]


def test_without_reference_its_panels_are_left_out(frame: NDArray, labels: NDArray) -> None:
    assert _titles(Scene("", frame, labels), 0) == [
        ["Frame, slice 0", "Result, 1 cell in the slice"],
        ["Whole frame, maximum projection along z", "Result, projection along z, 3 cells"],
        ["Frame, XZ slice at y = 2, z downwards", "Result, the same XZ slice"],
    ]


def test_single_slices_show_label_maps(frame: NDArray, labels: NDArray) -> None:
    single = frame[1:2], labels[1:2]

    assert _titles(Scene("", *single, {0: labels[1]}), 0) == [
        ["Frame", "Reference, 3 cells in the slice", "Result, 3 cells in the slice"],
        ["Labels of the reference", "Reference and result", "Labels of the result"],
    ]
    assert _titles(Scene("", *single), 0)[1] == ["Labels of the result"]


def test_outlines_of_reference_are_orange_of_results_blue_and_white_where_they_agree(
    frame: NDArray, labels: NDArray
) -> None:
    reference = np.where(labels[1] == 7, 0, np.roll(labels[1], 1, axis=1)).astype(np.uint16)
    (image, of_reference, of_result), (_, both, _), _ = compose(Scene("", frame, labels, {1: reference}), 1)

    assert not any(_has(image.image, color) for color in (ORANGE, BLUE))
    assert _has(of_reference.image, ORANGE)
    assert not _has(of_reference.image, BLUE)
    assert _has(of_result.image, BLUE)
    assert not _has(of_result.image, ORANGE)
    assert all(_has(both.image, color) for color in (ORANGE, BLUE, WHITE))


def test_large_frames_are_seen_closely_where_the_cells_are() -> None:
    labels = np.zeros((2, 700, 900), np.uint16)
    labels[1, 650:680, 860:890] = 4
    frame = labels * 100 + 50

    (close_up, _), (overview, result), _ = compose(Scene("", frame, labels), 1)

    assert close_up.image.shape == (2 * 480, 2 * 480, 3)
    assert overview.image.shape == (700, 900, 3)
    assert overview.frame == result.frame
    assert overview.frame is not None
    rows, columns = overview.frame
    assert rows.stop >= 680
    assert columns.stop >= 890


def test_the_side_is_shown_in_real_proportions_with_its_reference_where_all_slices_have_one(
    frame: NDArray, labels: NDArray
) -> None:
    image, reference, result = compose(Scene("", frame, labels, dict(enumerate(labels)), anisotropy=3.0), 1)[2]

    assert image.image.shape == (round(4 * 3 * image.zoom), 40 * image.zoom, 3)
    assert not _has(image.image, BLUE)
    assert _has(reference.image, ORANGE)
    assert _has(result.image, BLUE)


def test_numbers_are_labels_at_the_centers_of_their_cells(frame: NDArray, labels: NDArray) -> None:
    scene = Scene("", frame, labels, {1: labels[1]})
    frame_panel, reference, result = compose(scene, 1, numbers=True)[0]

    assert frame_panel.numbers == ()
    assert reference.numbers == result.numbers
    assert [label for _, _, label in result.numbers] == [1, 2, 7]
    assert result.numbers[2][:2] == (15 * result.zoom, 30 * result.zoom)
    assert all(not panel.numbers for row in compose(scene, 1) for panel in row)


def test_missing_slices_are_refused(frame: NDArray, labels: NDArray) -> None:
    with pytest.raises(ValueError, match="no slice 4, expected one from 0 to 3"):
        compose(Scene("name", frame, labels), 4)
