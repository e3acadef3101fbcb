import numpy as np
import pytest

from ctc_submission.simulation.capsules import Limb, grow_limb, limb_depth

GRID = tuple(np.ix_(*[np.arange(-20, 21, dtype=np.float32)] * 3))


def test_depth_of_a_point_is_radius_minus_distance():
    ball = Limb(np.zeros((2, 3)), (5.0, 5.0))
    z, y, x = GRID
    np.testing.assert_allclose(limb_depth(GRID, ball), 5 - np.sqrt(z**2 + y**2 + x**2), atol=1e-3)


def test_a_straight_limb_tapers():
    limb = Limb(np.array([[0, 0, -10], [0, 0, 0], [0, 0, 10.0]]), (6.0, 2.0))
    depth = limb_depth(GRID, limb)
    assert [depth[20, 20, x] for x in (10, 20, 30)] == pytest.approx([6, 4, 2], abs=1e-3)
    assert depth[20, 20 + 7, 10] == pytest.approx(-1, abs=1e-3)
    assert depth[20, 20, 33] == pytest.approx(-1, abs=1e-3)


def test_a_slab_thickens_a_limb_along_z_alone():
    limb = Limb(np.array([[0, 0, -10], [0, 0, 10.0]]), (2.0, 2.0))
    thin, thick = limb_depth(GRID, limb) > 0, limb_depth(GRID, limb, slab=6.0) > 0
    assert np.count_nonzero(thin[:, 20, 20]) == 3
    assert np.count_nonzero(thick[:, 20, 20]) == 9
    np.testing.assert_array_equal(thin.any(axis=0), thick.any(axis=0))


def test_a_limb_grows_to_its_length_from_its_start():
    start = np.array([1.0, 2.0, 3.0])
    points = grow_limb(np.random.default_rng(0), start, np.array([0.0, 3.0, 4.0]), 40.0, 0.2)
    np.testing.assert_array_equal(points[0], start)
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).sum() == pytest.approx(40)
    straight = grow_limb(np.random.default_rng(0), start, np.array([0.0, 3.0, 4.0]), 40.0, 0.0)
    np.testing.assert_allclose(straight[-1], start + np.array([0, 24, 32]))
