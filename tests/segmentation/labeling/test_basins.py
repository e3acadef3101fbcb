import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import h_maxima

from ctc_submission.segmentation.labeling.basins import label_basins

EVEN = (1.0, 1.0, 1.0)


def basins(profile, dynamics):
    """Label a landscape that is a single row."""
    height = np.array(profile, np.float32)[None, None]
    return label_basins(height, height > 0, dynamics=dynamics, steps=EVEN)[0, 0]


def test_voxels_climb_to_their_summit():
    assert basins([0, 1, 3, 2, 5, 1, 0], dynamics=0).tolist() == [0, 1, 1, 2, 2, 2, 0]


@pytest.mark.parametrize(("dynamics", "count"), [(0, 3), (0.9, 3), (1, 2), (1.9, 2), (2, 1)])
def test_low_dynamics_merge(dynamics, count):
    assert basins([3, 2, 3, 1, 5], dynamics).max() == count


def test_merging_compares_with_the_highest_pass():
    # the middle summit rises 2 above the pass to its left and 4 above the pass to its right
    assert basins([9, 4, 6, 2, 8], dynamics=2).tolist() == [1, 1, 1, 2, 2]


def test_plateau_is_one_basin():
    height = np.ones((3, 7, 8), np.float32)
    assert (label_basins(height, height > 0, dynamics=0, steps=EVEN) == 1).all()


def test_gap_in_the_mask_parts_basins():
    assert basins([2, 2, 0, 2, 2], dynamics=9).tolist() == [1, 1, 0, 2, 2]


def test_empty_mask():
    height = np.ones((2, 3, 4), np.float32)
    assert not label_basins(height, height > 1, dynamics=1, steps=EVEN).any()


def test_slopes_are_measured_along_the_real_edges():
    height = np.zeros((2, 1, 3), np.float32)
    height[:, 0] = [[0, 1, 3], [4.5, 0, 0]]
    near = label_basins(height, height > 0, dynamics=0, steps=EVEN)
    far = label_basins(height, height > 0, dynamics=0, steps=(3.0, 1.0, 1.0))
    assert near[0, 0, 1] == near[1, 0, 0]
    assert far[0, 0, 1] == far[0, 0, 2] != far[1, 0, 0]


@pytest.mark.parametrize("dynamics", [0.05, 0.1, 0.2])
def test_counts_what_an_h_maxima_transform_counts(dynamics):
    rng = np.random.default_rng(3)
    height = ndimage.gaussian_filter(rng.random((5, 30, 40)), 1.5)
    height = ((height - height.min()) / np.ptp(height)).astype(np.float32)
    touching = np.ones((3, 3, 3))
    _, expected = ndimage.label(h_maxima(height, dynamics, touching), touching)
    labels = label_basins(height, np.ones(height.shape, bool), dynamics=dynamics, steps=EVEN)
    assert labels.max() == expected > 1


def test_every_basin_is_one_piece():
    rng = np.random.default_rng(4)
    height = rng.random((6, 20, 20)).astype(np.float32)
    labels = label_basins(height, height > 0.3, dynamics=0.2, steps=EVEN)
    pieces = [ndimage.label(labels == number, np.ones((3, 3, 3)))[1] for number in range(1, labels.max() + 1)]
    assert set(pieces) == {1}
