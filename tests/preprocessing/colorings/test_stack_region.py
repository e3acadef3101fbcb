import numpy as np

from ctc_submission.preprocessing.colorings.region import region_of_interest
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices


def test_dark_slices_stay_dark_and_red_and_blue_are_doubled_where_neighbors_show_cells() -> None:
    stack = np.random.default_rng(0).integers(0, 40, (3, 64, 64)).astype(np.uint16)
    stack[1, 20:40, 20:40] = 4000
    parameters = PseudocolorParameters(coloring="stack_region", adjacent_mean=0.3)
    before, middle, after = pseudocolor_slices(stack, parameters)
    assert before.max() < 0.12  # at most the root of 40 / 4000, where the slice alone would reach 1
    np.testing.assert_allclose(middle[20:40, 20:40, 1], 0.5, atol=0.01)
    regions = [region_of_interest(image, 0.3) for image in stack]
    assert regions[1].any()
    np.testing.assert_allclose(before[..., 2], before[..., 1] * (1 + regions[1]))
    np.testing.assert_allclose(before[..., 0], before[..., 1])
    np.testing.assert_allclose(middle[..., 0], middle[..., 1] * (1 + regions[0]))
    np.testing.assert_allclose(after[..., 0], after[..., 1] * (1 + regions[1]))
