from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.simulation.optics import digitize, expose, make_illumination
from ctc_submission.simulation.simulation_parameters import MDA231

PLAIN = replace(
    MDA231.optics, blur=(0.0, 0.0), haze=0.0, unevenness=0.0, attenuation=0.0, bleaching=0.0, read_noise=0.0
)
SHAPE = (6, 64, 64)


def picture(light, optics, frame=0, seed=0):
    illumination = make_illumination(np.random.default_rng(1), optics, light.shape)
    return expose(light, optics, illumination, np.random.default_rng(seed), frame)


def test_mean_and_variance_are_those_of_photons():
    optics = replace(PLAIN, signal=40.0, background=10.0, gain=3.0, offset=100.0)
    gray = picture(np.ones(SHAPE, np.float32), optics)
    assert gray.mean() == pytest.approx(100 + 3 * 50, rel=0.01)
    assert gray.var() == pytest.approx(3**2 * 50, rel=0.05)


def test_camera_noise_adds_to_photon_noise():
    quiet = picture(np.zeros(SHAPE, np.float32), PLAIN)
    noisy = picture(np.zeros(SHAPE, np.float32), replace(PLAIN, read_noise=200.0))
    assert noisy.var() - quiet.var() == pytest.approx(200**2, rel=0.1)


def test_light_spreads_along_z_and_across_but_is_not_lost():
    light = np.zeros((9, 65, 65), np.float32)
    light[4, 32, 32] = 1e6
    optics = replace(PLAIN, blur=(0.7, 2.0), background=0.0, gain=1.0, offset=0.0, signal=1.0)
    gray = picture(light, optics)
    assert gray.sum() == pytest.approx(1e6, rel=0.02)
    assert gray[4, 32, 32] > gray[5, 32, 32] > gray[6, 32, 32] > 0
    assert gray[4, 32, 34] == pytest.approx(gray[4, 34, 32], rel=0.1)


def test_deeper_slices_and_later_frames_are_darker():
    optics = replace(PLAIN, attenuation=0.5, bleaching=0.1)
    first, later = (picture(np.ones(SHAPE, np.float32), optics, frame) for frame in (0, 5))
    assert first[-1].mean() < 0.7 * first[0].mean()
    assert later.mean() < 0.8 * first.mean()


def test_haze_lights_the_surroundings():
    light = np.zeros(SHAPE, np.float32)
    light[:, 28:36, 28:36] = 1
    clear, hazy = (picture(light, replace(PLAIN, haze=haze)) for haze in (0.0, 0.5))
    assert hazy[:, 16:26, 16:26].mean() > clear[:, 16:26, 16:26].mean() + 5


def test_interpolation_smooths_the_noise():
    light = np.ones(SHAPE, np.float32)
    assert picture(light, replace(PLAIN, smoothing=1.0)).std() < 0.5 * picture(light, PLAIN).std()


def test_interpolation_along_z_smooths_the_noise_from_slice_to_slice():
    light = np.ones(SHAPE, np.float32)
    plain, smooth = picture(light, PLAIN), picture(light, replace(PLAIN, smoothing_along_z=1.0))
    assert np.diff(smooth, axis=0).std() < 0.4 * np.diff(plain, axis=0).std()


def test_light_is_left_as_it_was():
    light = np.ones(SHAPE, np.float32)
    picture(light, MDA231.optics)
    assert np.all(light == 1)


def test_gray_values_are_rounded_and_clipped_to_their_bits():
    gray = np.array([[[-3.0, 1.6, 300.0, 5000.0]]], np.float32)
    assert digitize(gray, 8).tolist() == [[[0, 2, 255, 255]]]
    assert digitize(gray, 8).dtype == np.uint8
    assert digitize(gray, 12).tolist() == [[[0, 2, 300, 4095]]]
    assert digitize(gray, 12).dtype == np.uint16


def test_a_halo_may_reach_further_along_z_than_across():
    light = np.zeros((21, 65, 65), np.float32)
    light[10, 32, 32] = 1e6
    optics = replace(PLAIN, blur=(1.0, 1.0), background=0.0, gain=1.0, offset=0.0, signal=1.0, halo=0.5)
    shallow, high = (picture(light, replace(optics, halo_width=(along, 2.0))) for along in (2.0, 6.0))
    assert high[18, 32, 32] > 10 * shallow[18, 32, 32] + 10
    assert high.sum() == pytest.approx(shallow.sum(), rel=0.1)
