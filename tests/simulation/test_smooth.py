import numpy as np

from ctc_submission.simulation.smooth import make_texture, make_waves


def test_waves_are_bounded_and_smooth():
    waves = make_waves(np.random.default_rng(0), wavelength=100)
    y, x = np.ogrid[:300, :300]
    values = waves.at(y, x)
    assert values.shape == (300, 300)
    assert np.abs(values).max() <= 1
    assert values.std() > 0.1
    assert np.abs(np.diff(values, axis=0)).max() < 2 * np.pi / 70


def test_texture_is_standardised_and_wraps_around():
    texture = make_texture(np.random.default_rng(0), anisotropy=4)
    assert texture.block.dtype == np.float32
    assert abs(texture.block.std() - 1) < 1e-4
    period = np.array(texture.block.shape)
    crop = texture.crop(np.array([30, 190, 5]), (6, 9, 200))
    assert crop.shape == (6, 9, 200)
    np.testing.assert_array_equal(crop, texture.crop(np.array([30, 190, 5]) + period, (6, 9, 200)))
    np.testing.assert_array_equal(crop[2:], texture.crop(np.array([0, 190, 5]), (4, 9, 200)))


def test_grains_are_flatter_in_slices_of_anisotropic_stacks():
    block = make_texture(np.random.default_rng(0), anisotropy=4).block
    along_z = np.mean(block[1:] * block[:-1])
    along_x = np.mean(block[..., 1:] * block[..., :-1])
    assert along_z < 0.8 * along_x
