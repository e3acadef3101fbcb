import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.labeling.distance_map import smoothed_distance
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


def ball(shape, center, radii):
    grid = np.ogrid[tuple(slice(0, side) for side in shape)]
    return sum(((axis - c) / r) ** 2 for axis, c, r in zip(grid, center, radii, strict=True)) <= 1


def test_cell_cut_by_the_frame_keeps_its_depth():
    mask = ball((21, 21, 21), (10, 10, 10), (8, 8, 8))
    half = mask[:, :, 10:]
    cut = smoothed_distance(half, LabelingParameters(smoothing=0))
    assert np.array_equal(cut, smoothed_distance(mask, LabelingParameters(smoothing=0))[:, :, 10:])


@pytest.mark.parametrize("smoothing", [0, 1.5])
@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (5.0, 1.0, 1.0)])
def test_distance_by_blocks_equals_that_of_the_whole_frame(smoothing, spacing):
    rng = np.random.default_rng(1)
    mask = ndimage.gaussian_filter(rng.random((3, 520, 700)), (1, 4, 4)) > 0.497
    mask[:, 170:250, 200:280] = True
    parameters = LabelingParameters(smoothing=smoothing, spacing=spacing)
    whole = ndimage.distance_transform_edt(mask, sampling=spacing).astype(np.float32)
    sigma = [smoothing / edge for edge in spacing]
    whole = ndimage.gaussian_filter(whole, sigma, mode="nearest", truncate=3) if smoothing else whole
    assert whole.max() > 35
    np.testing.assert_allclose(smoothed_distance(mask, parameters)[mask], whole[mask], atol=1e-4)


def test_large_frame_without_background_is_at_no_distance():
    assert not smoothed_distance(np.ones((1, 1030, 1030), bool), LabelingParameters()).any()
