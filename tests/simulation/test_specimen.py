from dataclasses import replace

import numpy as np

from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.simulation.smooth import make_texture
from ctc_submission.simulation.specimen import Specimen, make_specimen
from ctc_submission.simulation.variety import NUCLEI

BALL = Specimen(np.full(3, 0.5), np.full(3, 0.4), make_texture(np.random.default_rng(0), 1.0), 2.0)


def test_light_fills_the_ellipsoid_and_nothing_else():
    light = np.stack([BALL.slice_light(z, (20, 40, 60)) for z in range(20)])
    assert light.dtype == np.float32
    assert light.shape == (20, 40, 60)
    z, y, x = np.indices(light.shape)
    distance = BALL.distance(np.stack([z / 20, y / 40, x / 60], axis=-1))
    assert light[distance >= 1].max() == 0
    assert 0.7 < light[distance < 0.6].mean() < 1.3
    assert light[distance < 0.6].std() > 0.1


def test_specimens_differ_and_are_drawn_by_their_seed():
    texture = BALL.mottle
    first, again, other = (make_specimen(np.random.default_rng(seed), texture) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.half_axes, again.half_axes)
    assert not np.array_equal(first.half_axes, other.half_axes)


def test_a_glowing_specimen_brightens_the_ground_and_holds_the_cells():
    small = NUCLEI.scaled(0.4)
    dark = next(simulate_frames(small, frames=1, seed=3))
    autofluorescent = next(
        simulate_frames(replace(small, optics=replace(small.optics, specimen=0.5)), frames=1, seed=3)
    )
    assert np.median(autofluorescent.image) > 1.1 * np.median(dark.image)
    assert set(np.unique(autofluorescent.labels)) <= set(np.unique(dark.labels))
