"""Augmentation: image and target stray together, and only as far as allowed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctc_submission.preprocessing.colorings.region import pseudocolor_slice
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.training.augmentation import AugmentationParameters, augment
from ctc_submission.training.data.targets import IGNORED

TURNS_ONLY = AugmentationParameters(crop=64, zoom=(1, 1), gamma=(1, 1), noise=0, blur=0)
DEFAULT = AugmentationParameters(crop=64)


def views(image, target):
    """The sixteen views of turns, mirror images and swapped neighbors, by name."""
    for turns in range(4):
        for mirrored in (False, True):
            for swapped in (False, True):
                step = -1 if mirrored else 1
                view = np.rot90(image, turns)[:, ::step]
                yield (
                    (turns, mirrored, swapped),
                    view[..., ::-1] if swapped else view,
                    np.rot90(target, turns)[:, ::step],
                )


def sample(size=64, seed=0):
    generator = np.random.default_rng(seed)
    image = generator.random((size, size, 3), dtype=np.float32)
    return image, (generator.random((size, size, 1)) < 0.3).astype(np.float32)


def test_views_are_turned_mirrored_and_swapped_and_each_comes_up():
    image, target = sample()
    seen = set()
    for seed in range(150):
        view, view_target = augment(image, target, TURNS_ONLY, np.random.default_rng(seed))
        names = [
            name
            for name, expected, expected_target in views(image, target)
            if np.allclose(view, expected, atol=1e-6) and np.array_equal(view_target, expected_target)
        ]
        assert len(names) == 1
        seen.update(names)
    assert len(seen) == 16


@pytest.mark.parametrize("normalization", ["channel", "image"])
def test_swapped_red_and_blue_is_the_stack_upside_down(normalization):
    stack = np.random.default_rng(0).integers(0, 255, (3, 64, 64)).astype(np.uint8)
    parameters = PseudocolorParameters(0.2, normalization)
    image, below = (list(pseudocolor_slices(order, parameters))[1] for order in (stack, stack[::-1]))
    assert not np.array_equal(image, below)
    target = np.zeros((64, 64, 1), np.float32)
    upside_down = [
        np.allclose(augment(image, target, TURNS_ONLY, np.random.default_rng(seed))[0], below, atol=1e-6)
        for seed in range(100)
    ]
    assert any(upside_down)


def test_same_generator_same_view():
    image, target = sample()
    first = augment(image, target, DEFAULT, np.random.default_rng(5))
    again = augment(image, target, DEFAULT, np.random.default_rng(5))
    other = augment(image, target, DEFAULT, np.random.default_rng(6))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@settings(max_examples=60, deadline=None)
@given(st.integers(8, 150), st.sampled_from([32, 64, 96]), st.integers(0, 1000))
def test_every_view_is_whole_and_in_range(size, crop, seed):
    image, target = sample(size)
    kept = image.copy(), target.copy()
    view, view_target = augment(image, target, AugmentationParameters(crop=crop), np.random.default_rng(seed))
    assert view.shape == (crop, crop, 3)
    assert view_target.shape == (crop, crop, 1)
    assert view.dtype == view_target.dtype == np.float32
    assert view.flags.c_contiguous
    assert view_target.flags.c_contiguous
    assert np.isfinite(view).all()
    assert view.min() >= 0
    assert view.max() <= 1
    assert set(np.unique(view_target)) <= {0, 1}
    np.testing.assert_array_equal(image, kept[0])
    np.testing.assert_array_equal(target, kept[1])


@pytest.mark.parametrize("size", [40, 64, 128])
def test_target_stays_on_the_image(size):
    target = np.zeros((size, size, 1), np.float32)
    target[size // 4 : size // 2, size // 3 : size // 2] = 1
    image = np.repeat(target, 3, axis=-1)
    parameters = AugmentationParameters(crop=64, zoom=(0.6, 1.6), gamma=(1, 1), noise=0, blur=0)
    shown = 0
    for seed in range(40):
        view, view_target = augment(image, target, parameters, np.random.default_rng(seed))
        np.testing.assert_array_equal(view[..., 1:2] > 0.5, view_target > 0.5)
        shown += view_target.any()
    assert shown > 20


def test_targets_of_all_outputs_stray_together():
    image, target = sample()
    both = np.concatenate([target, 1 - target, target], axis=-1)
    for seed in range(5):
        alone = augment(image, target, DEFAULT, np.random.default_rng(seed))
        view, view_targets = augment(image, both, DEFAULT, np.random.default_rng(seed))
        np.testing.assert_array_equal(view, alone[0])
        np.testing.assert_array_equal(view_targets[..., ::2], alone[1].repeat(2, axis=-1))
        assert (view_targets[..., 1] != view_targets[..., 0]).mean() > 0.95


@pytest.mark.parametrize(("size", "zoom"), [(128, 0.5), (32, 1.9), (64, 1.0), (16, 3.9)])
def test_zoom_scales_areas_by_its_square(size, zoom):
    target = np.zeros((size, size, 1), np.float32)
    target[size // 4 : size // 2, size // 4 : 3 * size // 4] = 1
    image = np.repeat(target, 3, axis=-1)
    parameters = AugmentationParameters(crop=64, zoom=(zoom, zoom))
    _, view_target = augment(image, target, parameters, np.random.default_rng(0))
    assert view_target.sum() == pytest.approx(target.sum() * zoom**2, rel=0.1)


def test_crops_come_from_everywhere():
    y, x = np.mgrid[:128, :128].astype(np.float32) / 128
    image = np.stack([y, x, x], axis=-1)
    parameters = AugmentationParameters(crop=64, zoom=(1, 1), gamma=(1, 1), noise=0, blur=0)
    middles = [
        augment(image, image[..., :1], parameters, np.random.default_rng(seed))[0][..., 1].mean().item()
        for seed in range(60)
    ]
    assert min(middles) < 0.3
    assert max(middles) > 0.7


def test_noise_is_gray_and_no_stronger_than_allowed():
    image = np.full((64, 64, 3), 0.5, np.float32)
    parameters = AugmentationParameters(crop=64, gamma=(1, 1), noise=0.05, blur=0)
    spreads = []
    for seed in range(30):
        view, _ = augment(image, image[..., :1], parameters, np.random.default_rng(seed))
        assert (view == view[..., :1]).all()
        spreads.append(view.std())
    assert max(spreads) < 0.055
    assert max(spreads) > 0.03
    assert min(spreads) < 0.02


def test_gamma_keeps_black_and_white():
    image = np.repeat(np.linspace(0, 1, 64, dtype=np.float32)[:, np.newaxis], 64, axis=1)[..., np.newaxis].repeat(3, -1)
    parameters = AugmentationParameters(crop=64, zoom=(1, 1), gamma=(0.5, 2), noise=0, blur=0)
    middles = []
    for seed in range(30):
        view, _ = augment(image, image[..., :1], parameters, np.random.default_rng(seed))
        assert (view.min(), view.max()) == (0, 1)
        middles.append(np.median(view))
    assert 0.25 < min(middles) < 0.4 < 0.6 < max(middles) < 0.71


def test_blur_softens_edges():
    image = np.zeros((64, 64, 3), np.float32)
    image[:, 32:] = 1
    parameters = AugmentationParameters(crop=64, zoom=(1, 1), gamma=(1, 1), noise=0, blur=2)
    between = [
        ((view > 0.01) & (view < 0.99)).any()
        for view, _ in (augment(image, image[..., :1], parameters, np.random.default_rng(seed)) for seed in range(20))
    ]
    assert any(between)
    assert not all(between)


@pytest.mark.parametrize("crop", [0, 16, 50, -64])
def test_impossible_crop_is_refused(crop):
    with pytest.raises(ValueError, match="multiple of 16"):
        AugmentationParameters(crop=crop)


@pytest.mark.parametrize("limits", [(0, 1), (2, 1), (-1, 1)])
@pytest.mark.parametrize("name", ["zoom", "gamma"])
def test_impossible_limits_are_refused(name, limits):
    with pytest.raises(ValueError, match=f"{name} is"):
        AugmentationParameters(**{name: limits})


def test_unknown_pixels_stray_with_the_image():
    target = np.zeros((96, 96, 1), np.uint8)
    target[:, :30], target[:, 60:] = 1, IGNORED
    image = np.repeat(target / np.float32(255), 3, axis=-1)
    image[:, :30] = 0.5
    for seed in range(30):
        view, view_target = augment(
            image, target, AugmentationParameters(64, (0.6, 1.6), (1, 1), 0, 0), np.random.default_rng(seed)
        )
        assert set(np.unique(view_target)) <= {0, 1, IGNORED}
        gray = view[..., 1:2]
        assert ((gray > 0.4) & (gray < 0.6) | (view_target != 1)).mean() > 0.98
        assert (view_target[gray > 0.95] == IGNORED).all()


@pytest.mark.parametrize("normalization", ["channel", "image"])
@pytest.mark.parametrize("gamma", [0.6, 1.7])
def test_gamma_of_a_colored_slice_is_the_colored_gamma_of_the_slice(normalization, gamma):
    green = np.random.default_rng(0).integers(30, 255, (64, 64)).astype(np.float32)
    green[0, 0], green[0, 1] = 0, 255
    regions = np.zeros((2, 64, 64), bool)
    regions[0, :40], regions[1, 20:] = True, True
    image = pseudocolor_slice(green, *regions, normalization)
    expected = pseudocolor_slice((green / 255) ** gamma, *regions, normalization)
    parameters = AugmentationParameters(64, (1, 1), (gamma, gamma), 0, 0)
    views = [augment(image, green[..., np.newaxis], parameters, np.random.default_rng(seed))[0] for seed in range(60)]
    views = [view / view.max() for view in views]
    assert min(np.abs(view - expected).max() for view in views) < 0.1
    assert min(np.abs(view - expected).mean() for view in views) < 0.02


def test_slices_shown_as_channels_change_each_by_itself():
    image = np.full((64, 64, 3), (0.2, 0.5, 0.8), np.float32)
    gamma = AugmentationParameters(64, (1, 1), (2, 2), 0, 0)
    view, _ = augment(image, image[..., :1], gamma, np.random.default_rng(0), "intensity")
    np.testing.assert_allclose(np.sort(view[0, 0]), (0.04, 0.25, 0.64), rtol=1e-5)
    noisy = AugmentationParameters(64, (1, 1), (1, 1), 0.05, 0)
    view, _ = augment(image, image[..., :1], noisy, np.random.default_rng(1), "intensity")
    assert abs(np.corrcoef(view.reshape(-1, 3).T)[0, 1]) < 0.1
