import numpy as np
import pytest

from ctc_submission.preprocessing.inputs import rescaled_patches, resize, six_patches, whole_slices


def smooth(shape):
    y, x = np.ix_(np.linspace(0, 3, shape[0]), np.linspace(0, 2, shape[1]))
    return (0.5 + 0.25 * np.sin(y) + 0.25 * np.cos(x)).astype(np.float32)


def test_a_whole_slice_is_one_input_and_comes_back_as_it_was():
    image = smooth((30, 50))
    inputs = whole_slices(image.shape)
    assert inputs.count == 1
    assert inputs.split(image)[0] is image
    np.testing.assert_array_equal(inputs.join(inputs.split(image)), image)


@pytest.mark.parametrize("shape", [(40, 61), (61, 40)])
def test_six_square_inputs_blend_back(shape):
    image = smooth(shape)
    inputs = six_patches(shape)
    assert inputs.count == 6
    np.testing.assert_allclose(inputs.join(inputs.split(image)), image, atol=1e-6)


@pytest.mark.parametrize("shape", [(33, 47), (200, 90), (8, 300)])
@pytest.mark.parametrize("scale", [(0.5, 0.5), (1.0, 1.0), (1.7, 1.7), (2.5, 0.8)])
def test_rescaled_patches_are_rectangles_overlap_and_blend_back(shape, scale):
    image = smooth(shape)
    inputs = rescaled_patches(shape, scale, 96)
    patches = inputs.split(image)
    assert {patch.shape for patch in patches} == {inputs.size}
    assert max(inputs.size) <= 96
    assert [side % 32 for side in inputs.size] == [0, 0]
    assert len(patches) == inputs.count
    joined = inputs.join(patches)
    assert joined.shape == shape
    np.testing.assert_allclose(joined, image, atol=0.02 if min(scale) > 0.6 else 0.06)


def test_a_rescaled_slice_has_as_many_pixels_as_asked_for():
    assert rescaled_patches((100, 200), (1.5, 0.5), 384).tiling.shape == (150, 100)


@pytest.mark.parametrize(
    ("shape", "count", "size"),
    [
        ((12, 512), 2, (32, 288)),  # the orthogonal slice of a flat stack: not padded to a square
        ((512, 512), 4, (288, 288)),
        ((384, 384), 1, (384, 384)),
        ((385, 100), 2, (256, 128)),
        ((33, 31), 1, (64, 32)),
    ],
)
def test_no_more_pixels_than_needed_are_shown(shape, count, size):
    inputs = rescaled_patches(shape, (1.0, 1.0), 384)
    assert (inputs.count, inputs.size) == (count, size)


def test_shrinking_averages_and_magnifying_interpolates():
    stripes = np.tile(np.array([0, 0, 0, 1], np.float32), (40, 10))
    np.testing.assert_allclose(resize(stripes, (10, 10)), 0.25, atol=1e-6)
    ramp = np.tile(np.arange(8, dtype=np.float32), (8, 1))
    assert resize(ramp, (16, 16))[0, 4:8].tolist() == [1.75, 2.25, 2.75, 3.25]
