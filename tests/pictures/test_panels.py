import numpy as np
import pytest

from ctc_submission.pictures.panels import (
    REFERENCE,
    RESULT,
    color_labels,
    enlarge,
    find_outlines,
    gray,
    paint,
    zoom_for,
)


def test_gray_is_robust_against_single_bright_pixels() -> None:
    image = np.tile(np.arange(100, dtype=np.uint16), (100, 1))
    with_hot_pixel = image.copy()
    with_hot_pixel[0, 0] = 65535

    np.testing.assert_allclose(gray(with_hot_pixel)[1:].astype(int), gray(image)[1:].astype(int), atol=1)


def test_gray_goes_from_black_to_white_in_three_equal_channels() -> None:
    picture = gray(np.tile(np.arange(100, dtype=np.uint16), (100, 1)))

    assert picture.dtype == np.uint8
    assert (picture.min(), picture.max()) == (0, 255)
    assert (picture[..., 0] == picture[..., 2]).all()


def test_constant_images_are_black() -> None:
    assert not gray(np.full((5, 6), 7, np.uint16)).any()


def test_enlarged_images_repeat_labels_and_interpolate_intensities() -> None:
    labels = np.array([[0, 1]], np.uint16)

    assert enlarge(labels, 2).tolist() == [[0, 0, 1, 1], [0, 0, 1, 1]]
    assert gray(labels, 4).shape == (4, 8, 3)
    assert len(np.unique(gray(labels, 4))) > 2


def test_outlines_lie_inside_cells_and_have_their_width() -> None:
    labels = np.zeros((12, 12), np.uint16)
    labels[2:10, 2:10] = 5

    for width in (1, 2, 3):
        expected = np.zeros((12, 12), bool)
        expected[2:10, 2:10] = True
        expected[2 + width : 10 - width, 2 + width : 10 - width] = False
        assert (find_outlines(labels, 1, width) == expected).all()


def test_outlines_part_cells_that_touch() -> None:
    labels = np.ones((6, 8), np.uint16)
    labels[:, 4:] = 2

    assert np.flatnonzero(find_outlines(labels, 1, 1)[3]).tolist() == [3, 4]


def test_outlines_are_open_where_the_image_ends() -> None:
    assert not find_outlines(np.ones((6, 8), np.uint8), 3, 2).any()


def test_painting_leaves_the_picture_given_alone() -> None:
    picture = np.zeros((2, 2, 3), np.uint8)

    painted = paint(picture, np.eye(2, dtype=bool), "#0102FF")

    assert not picture.any()
    assert painted[0, 0].tolist() == [1, 2, 255]
    assert not painted[0, 1].any()


def test_labels_have_fixed_distinct_colors_on_black() -> None:
    labels = np.arange(60, dtype=np.uint16).reshape(6, 10)

    colors = color_labels(labels).reshape(-1, 3)

    assert not colors[0].any()
    assert len(np.unique(colors, axis=0)) == 60
    assert colors[1:].max(axis=1).min() > 200
    assert color_labels(labels[:1, :4])[0, 3].tolist() == colors[3].tolist()


def test_consecutive_labels_differ_much() -> None:
    colors = color_labels(np.arange(1, 200, dtype=np.uint16)[None])[0].astype(int)

    assert np.abs(np.diff(colors, axis=0)).sum(axis=1).min() > 100


@pytest.mark.parametrize(("shape", "zoom"), [((100, 90), 8), ((512, 300), 2), ((256, 256), 3), ((1745, 2440), 1)])
def test_zoom_makes_images_as_large_as_a_panel(shape: tuple[int, int], zoom: int) -> None:
    assert zoom_for(shape) == zoom


def test_reference_and_result_differ_in_blue_which_red_green_blind_readers_see() -> None:
    assert abs(int(REFERENCE[5:], 16) - int(RESULT[5:], 16)) > 200
