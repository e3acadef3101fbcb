import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.segmentation.labeling_parameters import MethodName

METHODS = get_args(MethodName)


def ball(shape, center, radii):
    grid = np.indices(shape)
    return sum(((axis - c) / r) ** 2 for axis, c, r in zip(grid, center, radii, strict=True)) <= 1


def label(mask, heat=None, **choices):
    return label_cells(np.float32(mask), heat, parameters=LabelingParameters(**choices))


@pytest.fixture
def touching_balls():
    return ball((21, 21, 40), (10, 10, 10), (8, 8, 8)) | ball((21, 21, 40), (10, 10, 25), (8, 8, 8))


@pytest.mark.parametrize("method", METHODS)
def test_empty_frame_has_no_cells(method):
    empty = np.zeros((3, 8, 9), np.float32)
    labels = label_cells(empty, empty, parameters=LabelingParameters(method))
    assert labels.shape == empty.shape
    assert labels.dtype == np.int32
    assert not labels.any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(3, 8, 9), (1, 1, 1), (1, 300, 280)])
def test_frame_full_of_foreground_is_one_cell(method, shape):
    full = np.ones(shape, np.float32)
    assert (label_cells(full, np.zeros_like(full), parameters=LabelingParameters(method)) == 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_cell_has_one_label_through_all_slices(method):
    column = ball((9, 24, 24), (4, 12, 12), (4, 7, 7))
    labels = label(column, np.float32(column), method=method)
    assert np.array_equal(labels, column)


def test_foreground_is_strictly_above_the_threshold():
    probability = np.zeros((1, 4, 9), np.float32)
    probability[0, 1:3, 1:3] = 0.5
    probability[0, 1:3, 5:7] = 0.6
    labels = label_cells(probability, parameters=LabelingParameters("components"))
    assert np.array_equal(labels > 0, probability > 0.5)
    assert not label_cells(probability, parameters=LabelingParameters("components", foreground_threshold=0.7)).any()


def test_labels_are_unique_contiguous_and_in_scan_order(touching_balls):
    mask = np.pad(np.concatenate([touching_balls, touching_balls[:, :, ::-1]], axis=1), 1)
    labels = label(mask, method="distance")
    numbers, first = np.unique(labels, return_index=True)
    assert numbers.tolist() == [0, 1, 2, 3, 4]
    assert (np.diff(first[1:]) > 0).all()
    assert np.array_equal(labels > 0, mask)


def test_two_diagonal_neighbors_are_one_component():
    mask = np.zeros((2, 4, 4), bool)
    mask[0, 1, 1] = mask[1, 2, 2] = True
    assert label(mask, method="components").max() == 1


def test_same_input_gives_the_same_labels_and_stays_as_it_was(touching_balls):
    rng = np.random.default_rng(0)
    probability = np.clip(touching_balls * 0.9 + rng.normal(0, 0.1, touching_balls.shape), 0, 1).astype(np.float32)
    before = probability.copy()
    parameters = LabelingParameters("distance", minimum_size=5)
    first = label_cells(probability, parameters=parameters)
    assert np.array_equal(first, label_cells(np.asfortranarray(probability), parameters=parameters))
    assert np.array_equal(probability, before)


def test_holes_are_filled_on_request_only():
    mask = np.zeros((1, 20, 20), bool)
    mask[0, 3:17, 3:17] = True
    mask[0, 9:11, 9:11] = False
    assert label(mask, method="components")[0, 9, 9] == 0
    assert label(mask, method="components", largest_hole=3)[0, 9, 9] == 0
    assert label(mask, method="components", largest_hole=4)[0, 9, 9] == 1


@pytest.fixture
def crowd():
    """Blobs all over a frame, at its faces too, and warm spots."""
    rng = np.random.default_rng(8)
    mask = ndimage.gaussian_filter(rng.random((7, 180, 200)), (0.7, 2, 2)) > 0.545
    warm = ndimage.gaussian_filter(rng.random(mask.shape), (0.7, 2, 2))
    return mask, np.float32((warm - warm.min()) / np.ptp(warm))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per_slice", [False, True])
def test_masks_are_labeled_like_probabilities_and_stay_as_they_were(crowd, method, per_slice):
    mask, heat = crowd
    parameters = LabelingParameters(method, foreground_threshold=0.7, largest_hole=5, per_slice=per_slice)
    expected = label_cells(np.float32(mask), heat, parameters=parameters)
    for given_mask in (mask.copy(), mask.astype(np.uint8), np.asfortranarray(mask)):
        assert np.array_equal(label_cells(given_mask, heat, parameters=parameters), expected)
        assert np.array_equal(given_mask, mask)


@pytest.mark.parametrize("per_slice", [False, True])
def test_half_precision_is_computed_with_as_single(crowd, per_slice):
    mask, heat = crowd
    half = heat.astype(np.float16)
    parameters = LabelingParameters("centers", marker_threshold=float(half[mask][7]) - 1e-5, per_slice=per_slice)
    labels = label_cells(mask, half, parameters=parameters)
    assert np.array_equal(labels, label_cells(mask, half.astype(np.float32), parameters=parameters))
    assert labels.max() > 10


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("threads", [1, 3])
def test_labels_do_not_depend_on_threads(crowd, method, threads):
    mask, heat = crowd
    parameters = LabelingParameters(method, minimum_size=8, field_margin=3, largest_hole=4)
    expected = label_cells(mask, heat, parameters=parameters)
    with ThreadPoolExecutor(threads) as executor:
        assert np.array_equal(label_cells(mask, heat, parameters=parameters, executor=executor), expected)


@pytest.mark.parametrize("method", ["distance", "components", "centers"])
def test_scratch_follows_the_foreground_and_not_the_frame(method):
    mask = np.zeros((40, 500, 600), bool)
    mask[4:14, 100:130, 200:240] = mask[20:30, 300:340, 400:430] = True
    heat = mask.astype(np.float16)
    tracemalloc.start()
    labels = label_cells(mask, heat, parameters=LabelingParameters(method, minimum_size=9, field_margin=5))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert labels.max() == 2
    assert peak < labels.nbytes + 0.7 * mask.nbytes


def test_cells_outside_the_field_of_interest_are_dropped():
    mask = np.zeros((2, 30, 40), bool)
    mask[:, 2:4, 2:4] = True
    mask[:, 10:14, 3:6] = True
    mask[:, 20:22, 36:40] = True
    labels = label(mask, method="components", field_margin=5)
    assert np.array_equal(labels > 0, np.pad(mask[:, 10:14, 3:6], ((0, 0), (10, 16), (3, 34))))
    assert label(mask, method="components").max() == 3


@pytest.mark.parametrize(
    ("foreground", "centers", "choices", "message"),
    [
        (np.zeros((4, 4)), None, {"method": "single"}, "expected \\(Z, Y, X\\)"),
        (np.zeros((0, 4, 4)), None, {"method": "single"}, "expected \\(Z, Y, X\\)"),
        (np.full((1, 4, 4), 255), None, {"method": "single"}, "probabilities in \\[0, 1\\]"),
        (np.full((1, 4, 4), np.nan), None, {"method": "single"}, "probabilities in \\[0, 1\\]"),
        (np.zeros((1, 4, 4)), None, {"method": "centers"}, "'centers' needs a map of markers"),
        (np.zeros((1, 4, 4)), None, {"method": "interior"}, "'interior' needs a map of markers"),
        (np.zeros((1, 4, 4)), np.zeros((1, 4, 5)), {"method": "centers"}, "markers has shape \\(1, 4, 5\\)"),
        (np.full((1, 4, 4), 255, np.uint8), None, {"method": "single"}, "values from 255 to 255"),
        (np.zeros((1, 4, 4)), np.full((1, 4, 4), 1.001, np.float16), {"method": "centers"}, "values from 1.0009"),
        (np.zeros((1, 4, 4)), np.full((1, 4, 4), np.nan, np.float16), {"method": "centers"}, "values from nan"),
        (np.zeros((1, 4, 4)), np.full((1, 4, 4), -1.0), {"method": "centers"}, "markers has values from -1"),
        (np.zeros((1, 40, 50)), None, {"method": "single", "field_margin": 20}, "inside a margin of 20"),
    ],
)
def test_bad_input_is_refused(foreground, centers, choices, message):
    with pytest.raises(ValueError, match=message):
        label_cells(foreground, centers, parameters=LabelingParameters(**choices))


def test_cells_that_the_network_is_not_sure_of_are_removed_on_request():
    probability = np.zeros((2, 5, 12), np.float32)
    probability[:, 1:4, 1:3], probability[:, 1:4, 5:7], probability[0, 1:4, 9:11] = 0.5, 0.9, 0.625
    probability[1, 1:4, 9:11] = 0.875
    for kind in (np.float32, np.float16):
        volume = probability.astype(kind)
        for least, kept in ((0, [1, 2, 3]), (0.5, [1, 2, 3]), (0.51, [0, 1, 2]), (0.76, [0, 1, 0]), (0.95, [0, 0, 0])):
            parameters = LabelingParameters("components", foreground_threshold=0.4, minimum_confidence=least)
            assert label_cells(volume, parameters=parameters)[0, 2, [1, 5, 9]].tolist() == kept
    mask = probability > 0.4
    assert label_cells(mask, parameters=LabelingParameters("components", minimum_confidence=0.99)).max() == 3
