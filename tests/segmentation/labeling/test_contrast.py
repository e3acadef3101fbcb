import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells

CUBES = ((2, 2), (2, 12), (2, 22), (12, 2), (12, 12))
LEAST = LabelingParameters("components", minimum_contrast=0.1)


def _frame(contrasts, offset=100.0):
    """Cubes that stand out by so much from noise that rises from slice to slice: the intensities, and their labels."""
    labels = np.zeros((6, 22, 32), np.int32)
    noise = np.random.default_rng(3).uniform(-1, 1, labels.shape)
    image = offset + 4 * np.arange(6.0)[:, np.newaxis, np.newaxis] + noise
    for number, ((y, x), contrast) in enumerate(zip(CUBES, contrasts, strict=False), start=1):
        labels[1:5, y : y + 5, x : x + 5] = number
        image[1:5, y : y + 5, x : x + 5] += contrast
    return image, labels


def _kept(image, labels, parameters=LEAST):
    """Numbers of the cubes that stay."""
    found = label_cells(labels > 0, image=image, parameters=parameters)
    assert sorted(np.unique(found)) == list(range(len(np.unique(found))))
    return sorted(np.unique(labels[found > 0]))


@pytest.mark.parametrize(
    ("contrasts", "kept"),
    [
        ((90, 100, 100, 110, 120), [1, 2, 3, 4, 5]),
        ((90, 100, 20, 110, 120), [1, 2, 3, 4, 5]),
        ((90, 100, 3, 110, 0), [1, 2, 4]),
        ((90, 100, -20, 110, 120), [1, 2, 4, 5]),
        ((100,), [1]),
    ],
)
def test_cells_that_hardly_stand_out_are_removed(contrasts, kept):
    image, labels = _frame(contrasts)
    assert _kept(image, labels) == kept
    assert _kept(image, labels, LabelingParameters("components")) == sorted(np.unique(labels))[1:]


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32, np.float64])
def test_neither_scale_nor_offset_of_the_intensities_matters(kind):
    image, labels = _frame((90, 100, 3, 110, 0), offset=10)
    assert _kept(image.astype(kind), labels) == [1, 2, 4]
    assert _kept((image * 1.5 + 20).astype(kind), labels) == [1, 2, 4]


def test_many_small_pieces_do_not_decide_what_is_usual():
    image, labels = _frame((200, 200))
    small = np.zeros(labels.shape, bool)
    small[0, 2::3, ::3] = small[0, 2:, 30] = True
    small &= ndimage.minimum_filter(labels == 0, 3)
    image[small] += 5
    pieces = labels.copy()
    pieces[small] = 3
    assert ndimage.label(small)[1] > 40
    assert _kept(image, pieces) == [1, 2]


def test_all_cells_are_kept_where_they_are_darker_than_what_is_around_them():
    image, labels = _frame((-90, -100, -3, -110, -50), offset=200)
    assert _kept(image, labels) == [1, 2, 3, 4, 5]


def test_a_frame_without_cells_or_without_background_stays_as_it_is():
    image = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
    assert not label_cells(np.zeros(image.shape, bool), image=image, parameters=LEAST).any()
    assert (label_cells(np.ones(image.shape, bool), image=image, parameters=LEAST) == 1).all()


@pytest.mark.parametrize(
    ("image", "message"), [(None, "image is missing"), (np.zeros((1, 4, 5)), r"has shape \(1, 4, 5\).*\(1, 4, 4\)")]
)
def test_intensities_that_are_needed_must_be_there(image, message):
    with pytest.raises(ValueError, match=message):
        label_cells(np.ones((1, 4, 4), bool), image=image, parameters=LEAST)
