import numpy as np
import pytest

from ctc_submission.preprocessing.views import resize, view_magnified, view_six, view_whole


def smooth(shape):
    y, x = np.ix_(np.linspace(0, 3, shape[0]), np.linspace(0, 2, shape[1]))
    return (0.5 + 0.25 * np.sin(y) + 0.25 * np.cos(x)).astype(np.float32)


def test_a_whole_slice_is_one_view_and_comes_back_as_it_was():
    image = smooth((30, 50))
    views = view_whole(image.shape)
    assert views.count == 1
    assert views.split(image)[0] is image
    np.testing.assert_array_equal(views.join(views.split(image)), image)


@pytest.mark.parametrize("shape", [(40, 61), (61, 40)])
def test_six_square_views_blend_back(shape):
    image = smooth(shape)
    views = view_six(shape)
    assert views.count == 6
    np.testing.assert_allclose(views.join(views.split(image)), image, atol=1e-6)


@pytest.mark.parametrize("shape", [(33, 47), (200, 90), (8, 300)])
@pytest.mark.parametrize("magnification", [(0.5, 0.5), (1.0, 1.0), (1.7, 1.7), (2.5, 0.8)])
def test_magnified_views_are_square_overlap_and_blend_back(shape, magnification):
    image = smooth(shape)
    views = view_magnified(shape, magnification, 96)
    patches = views.split(image)
    sides = {patch.shape for patch in patches}
    assert len(sides) == 1
    (height, width) = sides.pop()
    assert height == width <= 96
    assert height % 32 == 0
    assert len(patches) == views.count
    joined = views.join(patches)
    assert joined.shape == shape
    np.testing.assert_allclose(joined, image, atol=0.02 if min(magnification) > 0.6 else 0.06)


def test_a_magnified_slice_has_as_many_pixels_as_asked_for():
    views = view_magnified((100, 200), (1.5, 0.5), 384)
    assert views.tiling.shape == (150, 100)
    assert view_magnified((100, 200), (4, 4), 384).tiling.side == 384


def test_shrinking_averages_and_magnifying_interpolates():
    stripes = np.tile(np.array([0, 0, 0, 1], np.float32), (40, 10))
    np.testing.assert_allclose(resize(stripes, (10, 10)), 0.25, atol=1e-6)
    ramp = np.tile(np.arange(8, dtype=np.float32), (8, 1))
    assert resize(ramp, (16, 16))[0, 4:8].tolist() == [1.75, 2.25, 2.75, 3.25]
