"""Several cells under one label are found; a cell with a speck beside it is one cell."""

import numpy as np
import pytest

from ctc_submission.training.data.shared_labels import share_labels, split_shared_labels


def squares(*labels, side=4):
    """Squares side by side in a slice, with a gap."""
    image = np.zeros((1, side + 2, (side + 2) * len(labels)), np.uint16)
    for place, label in enumerate(labels):
        image[0, 1:-1, place * (side + 2) + 1 : (place + 1) * (side + 2) - 1] = label
    return image


@pytest.mark.parametrize(
    ("labels", "shared"),
    [
        ((255, 255), True),
        ((1, 1, 1, 2), False),
        ((1, 1, 2, 2), True),
        ((1, 1, 2, 3), False),
        ((1, 2, 3), False),
        ((7,), False),
        ((0,), False),
    ],
)
def test_most_labels_with_several_cells(labels, shared):
    assert share_labels(squares(*labels)) == shared


def test_specks_are_no_cells():
    image = squares(255)
    image[0, 0, 0] = 255
    image[0, 1, 1] = 0
    image[0, -1, -1] = 0
    assert not share_labels(image)


def test_each_component_gets_a_label_of_its_own_and_touching_ones_keep_theirs():
    image = squares(255, 255, 3)
    image[0, 1:-1, 12] = 255  # touches the square of label 3
    split = split_shared_labels(image)
    assert split.dtype == np.int32
    assert len(np.unique(split)) == 1 + 4
    np.testing.assert_array_equal(split > 0, image > 0)
    assert split[0, 2, 12] != split[0, 2, 13]
    assert split[0, 2, 2] != split[0, 2, 8]
