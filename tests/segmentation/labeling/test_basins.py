import numpy as np
import pytest
from scipy import ndimage
from skimage.morphology import h_maxima

from ctc_submission.segmentation.labeling.basins import label_basins

EVEN = (1.0, 1.0, 1.0)


def basins(profile, dynamics):
    """Label a profile: values in a single row."""
    values = np.array(profile, np.float32)[None, None]
    return label_basins(values, values > 0, dynamics=dynamics, steps=EVEN)[0, 0]


def test_voxels_ascend_to_their_maximum():
    assert basins([0, 1, 3, 2, 5, 1, 0], dynamics=0).tolist() == [0, 1, 1, 2, 2, 2, 0]


@pytest.mark.parametrize(("dynamics", "count"), [(0, 3), (0.9, 3), (1, 2), (1.9, 2), (2, 1)])
def test_low_dynamics_merge(dynamics, count):
    assert basins([3, 2, 3, 1, 5], dynamics).max() == count


def test_merging_compares_with_the_highest_saddle():
    # the middle maximum rises 2 above the saddle to its left and 4 above the saddle to its right
    assert basins([9, 4, 6, 2, 8], dynamics=2).tolist() == [1, 1, 1, 2, 2]


def test_plateau_is_one_basin():
    values = np.ones((3, 7, 8), np.float32)
    assert (label_basins(values, values > 0, dynamics=0, steps=EVEN) == 1).all()


def test_gap_in_the_mask_parts_basins():
    assert basins([2, 2, 0, 2, 2], dynamics=9).tolist() == [1, 1, 0, 2, 2]


def test_empty_mask():
    values = np.ones((2, 3, 4), np.float32)
    assert not label_basins(values, values > 1, dynamics=1, steps=EVEN).any()


def test_slopes_are_measured_along_the_real_edges():
    values = np.zeros((2, 1, 3), np.float32)
    values[:, 0] = [[0, 1, 3], [4.5, 0, 0]]
    near = label_basins(values, values > 0, dynamics=0, steps=EVEN)
    far = label_basins(values, values > 0, dynamics=0, steps=(3.0, 1.0, 1.0))
    assert near[0, 0, 1] == near[1, 0, 0]
    assert far[0, 0, 1] == far[0, 0, 2] != far[1, 0, 0]


@pytest.mark.parametrize("dynamics", [0.05, 0.1, 0.2])
def test_counts_what_an_h_maxima_transform_counts(dynamics):
    rng = np.random.default_rng(3)
    values = ndimage.gaussian_filter(rng.random((5, 30, 40)), 1.5)
    values = ((values - values.min()) / np.ptp(values)).astype(np.float32)
    touching = np.ones((3, 3, 3))
    _, expected = ndimage.label(h_maxima(values, dynamics, touching), touching)
    labels = label_basins(values, np.ones(values.shape, bool), dynamics=dynamics, steps=EVEN)
    assert labels.max() == expected > 1


def test_every_basin_is_one_component():
    rng = np.random.default_rng(4)
    values = rng.random((6, 20, 20)).astype(np.float32)
    labels = label_basins(values, values > 0.3, dynamics=0.2, steps=EVEN)
    components = [ndimage.label(labels == number, np.ones((3, 3, 3)))[1] for number in range(1, labels.max() + 1)]
    assert set(components) == {1}
