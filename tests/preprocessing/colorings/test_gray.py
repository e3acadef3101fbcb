import numpy as np

from ctc_submission.preprocessing.normalization import min_max_normalize
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices


def test_each_slice_is_copied_whatever_its_neighbors():
    stack = np.random.default_rng(0).integers(0, 900, (3, 20, 30)).astype(np.uint16)
    for image, copies in zip(stack, pseudocolor_slices(stack, PseudocolorParameters(coloring="gray")), strict=True):
        np.testing.assert_array_equal(copies, np.repeat(min_max_normalize(image)[..., np.newaxis], 3, axis=-1))
