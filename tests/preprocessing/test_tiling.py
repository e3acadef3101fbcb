"""Tiling: six patches reach every pixel, and stitching undoes splitting."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ctc_submission.preprocessing.tiling import Tiling, tile_in_rectangles, tile_in_six

shapes = st.tuples(st.integers(1, 400), st.integers(1, 400))


def plain_weight(side, y, x):
    """Distance to the patch's nearest edge, counted from 1."""
    return min(y + 1, side - y, x + 1, side - x)


@settings(max_examples=300, deadline=None)
@given(shapes)
@example((1, 1))
@example((1, 400))
@example((400, 1))
@example((2, 3))
@example((300, 200))
def test_six_patches_reach_every_pixel_and_stay_inside(shape):
    tiling = tile_in_six(shape)
    assert len(tiling.corners) == 6
    covered = np.zeros(shape, bool)
    for y, x in tiling.corners:
        assert 0 <= y <= max(0, shape[0] - tiling.size[0])
        assert 0 <= x <= max(0, shape[1] - tiling.size[0])
        covered[y : y + tiling.size[0], x : x + tiling.size[0]] = True
    assert covered.all()


@settings(max_examples=300, deadline=None)
@given(shapes)
def test_no_smaller_patches_would_do(shape):
    smaller = tile_in_six(shape).size[0] - 1
    for rows, columns in ((2, 3), (3, 2)):
        assert rows * smaller < shape[0] or columns * smaller < shape[1]


@settings(max_examples=300, deadline=None)
@given(shapes)
def test_patches_are_evenly_placed(shape):
    tiling = tile_in_six(shape)
    grid = np.array(tiling.corners).reshape((2, 3, 2) if shape[1] >= shape[0] else (3, 2, 2))
    for length, starts in zip(shape, (grid[:, 0, 0], grid[0, :, 1]), strict=True):
        gaps = np.diff(starts)
        assert starts[0] == 0
        assert starts[-1] == max(0, length - tiling.size[0])
        assert gaps.max() - gaps.min() <= 1
        assert gaps.max() <= tiling.size[0]
    assert (grid[..., 0] == grid[:, :1, 0]).all()
    assert (grid[..., 1] == grid[:1, :, 1]).all()


@settings(max_examples=100, deadline=None)
@given(shapes, st.integers(0, 2**32 - 1))
@example((1, 400), 0)
@example((7, 5), 0)
def test_stitching_undoes_splitting(shape, seed):
    image = np.random.default_rng(seed).random(shape, dtype=np.float32)
    tiling = tile_in_six(shape)
    patches = tiling.split(image)
    assert {patch.shape for patch in patches} == {(tiling.size[0], tiling.size[0])}
    np.testing.assert_allclose(tiling.stitch(patches), image, rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(90, 120), (120, 90), (30, 200)])
def test_colors_are_split_like_their_channels(shape):
    image = np.random.default_rng(0).random((*shape, 3), dtype=np.float32)
    tiling = tile_in_six(shape)
    for channel in range(3):
        for whole, single in zip(tiling.split(image), tiling.split(image[..., channel]), strict=True):
            np.testing.assert_array_equal(whole[..., channel], single)


@settings(max_examples=50, deadline=None)
@given(shapes, st.floats(0, 1, width=32))
def test_constant_patches_stay_constant(shape, value):
    tiling = tile_in_six(shape)
    stitched = tiling.stitch([np.full((tiling.size[0], tiling.size[0]), value, np.float32)] * 6)
    np.testing.assert_allclose(stitched, value, rtol=1e-6, atol=1e-7)


def test_overlap_is_the_mean_weighted_by_distance_to_the_edge():
    tiling = tile_in_six((10, 20))
    patches = np.random.default_rng(0).random((6, tiling.size[0], tiling.size[0]), dtype=np.float32)
    expected = np.zeros((10, 20))
    for y, x in np.ndindex(10, 20):
        pairs = [
            (plain_weight(tiling.size[0], y - top, x - left), patch[y - top, x - left])
            for (top, left), patch in zip(tiling.corners, patches, strict=True)
            if 0 <= y - top < tiling.size[0] and 0 <= x - left < tiling.size[0]
        ]
        expected[y, x] = sum(w * value for w, value in pairs) / sum(w for w, _ in pairs)
    np.testing.assert_allclose(tiling.stitch(list(patches)), expected, rtol=0, atol=1e-6)


def test_step_between_patches_becomes_gradual():
    tiling = tile_in_six((100, 210))  # side 70: the upper and lower row overlap from 30 to 70
    values = [0.0 if y == 0 else 1.0 for y, _ in tiling.corners]
    profile = tiling.stitch([np.full((70, 70), value, np.float32) for value in values])[:, 35]
    assert (profile[:30] == 0).all()
    assert (profile[70:] == 1).all()
    rises = np.diff(profile[29:71])
    assert (rises >= 0).all()
    assert rises.max() < 0.1
    assert profile[49:51].mean() == pytest.approx(0.5, abs=1e-6)


def test_narrow_slice_is_mirrored():
    image = np.arange(2 * 12, dtype=np.float32).reshape(2, 12)
    tiling = tile_in_six((2, 12))
    patch = tiling.split(image)[0]
    np.testing.assert_array_equal(patch, image[[0, 1, 1, 0], :4])


def test_split_and_stitch_leave_their_input_alone():
    image = np.random.default_rng(0).random((20, 30), dtype=np.float32)
    original = image.copy()
    tiling = tile_in_six(image.shape)
    patches = [patch.copy() for patch in tiling.split(image)]
    kept = [patch.copy() for patch in patches]
    tiling.stitch(patches)
    np.testing.assert_array_equal(image, original)
    np.testing.assert_array_equal(patches, kept)


@pytest.mark.parametrize(("shape", "side"), [((1745, 2440), 873), ((2454, 1693), 847), ((512, 512), 256)])
def test_sides_of_real_frames(shape, side):
    assert tile_in_six(shape).size[0] == side


def test_slice_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"the slice is \(30, 20\) pixels, expected \(20, 30\)"):
        tile_in_six((20, 30)).split(np.zeros((30, 20), np.float32))


def test_missing_patch_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        Tiling((4, 4), (4, 4), ((0, 0), (0, 0))).stitch([np.zeros((4, 4), np.float32)])


@settings(max_examples=200, deadline=None)
@given(st.tuples(st.integers(1, 1500), st.integers(1, 1500)))
@example((1, 1500))
@example((385, 384))
def test_rectangles_reach_every_pixel_overlap_and_are_of_fewest_pixels(shape):
    tiling = tile_in_rectangles(shape, 192, 32)
    rows, columns = (sorted({corner[axis] for corner in tiling.corners}) for axis in (0, 1))
    assert tiling.corners == tuple((y, x) for y in rows for x in columns)
    for length, side, starts in zip(shape, tiling.size, (rows, columns), strict=True):
        assert side % 32 == 0
        assert side <= 192
        assert starts[0] == 0
        assert starts[-1] + side >= length
        assert all(right - left <= side - 32 for left, right in itertools.pairwise(starts))
        fewest = min(other * (1 + max(0, math.ceil((length - other) / (other - 32)))) for other in range(64, 193, 32))
        assert side * len(starts) == (32 if length <= 32 else fewest)


def test_rectangles_of_a_narrow_slice_blend_back():
    image = np.random.default_rng(0).random((5, 500), dtype=np.float32)
    tiling = tile_in_rectangles(image.shape, 192, 32)
    patches = tiling.split(image)
    assert {patch.shape for patch in patches} == {(32, 192)}
    np.testing.assert_allclose(tiling.stitch(patches), image, rtol=0, atol=1e-6)
