import numpy as np
import pytest

from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.colorings.intensity import color_intensities


@pytest.mark.parametrize("step", [1, 2, 5])
@pytest.mark.parametrize("depth", [1, 2, 3, 7])
def test_neighbors_lie_as_far_away_as_asked_for_and_repeat_the_ends(depth, step):
    stack = np.random.default_rng(0).integers(0, 2000, (depth, 6, 7)).astype(np.uint16)
    own = [image[..., 1] for image in color_intensities(stack)]
    for z, image in enumerate(color_intensities(stack, step)):
        for channel, other in ((0, max(0, z - step)), (1, z), (2, min(depth - 1, z + step))):
            np.testing.assert_array_equal(image[..., channel], own[other])


def test_a_slice_without_cells_stays_dark():
    stack = np.full((3, 40, 40), 100, np.uint16)
    stack[0, 10:20, 10:20] = 1000
    first, _, last = color_intensities(stack)
    assert first[15, 15].tolist() == [1, 1, 0]
    assert not last.any()


def test_contrast_changes_in_every_channel_by_itself():
    image = np.random.default_rng(0).random((8, 9, 3), dtype=np.float32)
    changed = find_scheme("intensity").change_intensities(image, np.float32(2), np.float32(0), np.random.default_rng(0))
    np.testing.assert_allclose(changed, image**2, rtol=1e-6)
