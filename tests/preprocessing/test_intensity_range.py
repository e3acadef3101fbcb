"""The range of intensities: the 1st and 99.9th percentile, and the same with bright debris."""

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.challenge.files import read_frame
from ctc_submission.preprocessing.colorings.intensity import color_intensities
from ctc_submission.preprocessing.intensity_range import find_range
from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.simulation.variety import simulate_varied

REAL = sorted((Path(__file__).parents[3] / "shared" / "data").glob("*/[0-9][0-9]/t000.tif"))


def percentiles(stack):
    step = max(1, round((stack.size / 2_000_000) ** 0.5))
    return tuple(np.percentile(stack[:, ::step, ::step], (1, 99.9)).astype(np.float32))


def nuclei(filled, sigma=1.0, noise=5.0, shape=(12, 120, 120)):
    """Draw cubes over noise and an offset, blurred, of a share of the volume."""
    generator = np.random.default_rng(1)
    stack = np.zeros(shape, np.float32)
    while np.count_nonzero(stack) < filled * stack.size:
        z, y, x = (generator.integers(0, length - 6) for length in shape)
        stack[z : z + 6, y : y + 6, x : x + 6] = generator.uniform(150, 300)
    stack = ndimage.gaussian_filter(stack, sigma) if sigma else stack
    return stack + 100 + generator.normal(0, noise, shape)


def with_debris(stack, share, times):
    """Add bright specks of 2 x 3 x 3 voxels."""
    generator = np.random.default_rng(2)
    dirty = stack.astype(np.float32)
    low, high = percentiles(stack)
    for _ in range(round(share * stack.size / 18)):
        z, y, x = (generator.integers(0, max(1, length - 3)) for length in stack.shape)
        dirty[z : z + 2, y : y + 3, x : x + 3] = low + times * (high - low) * generator.uniform(0.8, 1.2)
    return dirty


@pytest.mark.parametrize(("share", "times"), [(0.003, 60), (0.003, 200), (0.006, 40), (0.01, 100)])
@pytest.mark.parametrize("filled", [0.05, 0.3])
def test_debris_does_not_stretch_the_range(filled, share, times):
    stack = nuclei(filled)
    low, high = find_range(with_debris(stack, share, times))
    assert low == pytest.approx(percentiles(stack)[0], rel=0.01)
    assert high - low == pytest.approx(np.ptp(percentiles(stack)), rel=0.1)


def test_nuclei_stay_as_bright_as_without_debris():
    stack = nuclei(0.1)
    clean = np.stack(list(color_intensities(stack)))
    dirty = np.stack(list(color_intensities(with_debris(stack, 0.003, 60))))
    inside = stack > 200
    assert dirty[inside].mean() > 0.95 * clean[inside].mean() > 0.5


@pytest.mark.parametrize("sigma", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("filled", [0.0, 0.002, 0.004, 0.007, 0.02, 0.1, 0.4])
def test_without_debris_it_is_that_of_the_percentiles(filled, sigma):
    stack = nuclei(filled, sigma)
    for kind in (np.float32, np.uint16, np.uint8):
        values = stack.clip(0, np.iinfo(kind).max if kind != np.float32 else None).astype(kind)
        assert find_range(values) == percentiles(values)


@pytest.mark.parametrize("name", ["Fluo-C3DL-MDA231", "Fluo-C3DH-A549-SIM", "Fluo-N3DL-TRIC", "nuclei"])
def test_simulated_frames_keep_their_range(name):
    frame = next(iter(simulate_frames(name, frames=1, seed=3, scale=0.3))).image
    assert find_range(frame) == percentiles(frame)


def test_varied_simulated_frames_keep_their_range():
    for frame in simulate_varied("nuclei", frames=4, seed=5, scale=0.3):
        assert find_range(frame.image) == percentiles(frame.image)


@pytest.mark.skipif(not REAL, reason="there are no real recordings beside the repository")
def test_real_frames_keep_their_range():
    for path in REAL:
        stack = read_frame(path)
        assert find_range(stack) == percentiles(stack), path


def test_constant_stacks_have_no_range():
    for value in (0, 7):
        low, high = find_range(np.full((2, 9, 9), value, np.uint16))
        assert low == high == value
