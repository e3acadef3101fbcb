"""The sequential version's patches are the product's."""

import numpy as np
import pytest

from benchmarks.speed.patches import blend, cut, paste, place_six
from ctc_submission.preprocessing.inputs import six_patches


@pytest.mark.parametrize("shape", [(60, 84), (84, 60), (35, 49)])
def test_six_patches_are_the_products(shape):
    image = np.random.default_rng(0).random((*shape, 3), np.float32)
    side, corners = place_six(shape)
    inputs = six_patches(shape)
    patches = cut(image, side, corners)
    for found, expected in zip(patches, inputs.split(image), strict=True):
        np.testing.assert_array_equal(found, expected)
    predicted = [patch[..., 0] for patch in patches]
    np.testing.assert_allclose(blend(predicted, shape, corners), inputs.join(predicted), rtol=1e-6)
    np.testing.assert_allclose(blend(predicted, shape, corners), image[..., 0], rtol=1e-6)
    np.testing.assert_array_equal(paste(predicted, shape, corners), image[..., 0])


def test_a_narrow_slice_is_refused():
    with pytest.raises(ValueError, match="10 x 90 pixels, too narrow for six squares of 30"):
        place_six((10, 90))
