from dataclasses import replace

import numpy as np

from ctc_submission.simulation.seen import outline_seen
from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.simulation.simulation_parameters import TISSUE, TRIC


def ball(shape, center, radii):
    """A (Z, Y, X) boolean ellipsoid."""
    return sum((g - c) ** 2 / r**2 for g, c, r in zip(np.indices(shape), center, radii, strict=True)) <= 1


def test_a_flat_cell_looks_taller_for_its_blur_along_z():
    labels = np.where(ball((31, 31, 31), (15, 15, 15), (2, 9, 9)), 4, 0)
    seen = outline_seen(labels, (3.0, 0.3)) == 4
    assert seen.any(axis=(1, 2)).sum() > 1.3 * labels.any(axis=(1, 2)).sum()
    assert seen.any(axis=0).sum() <= 1.05 * labels.any(axis=0).sum()
    np.testing.assert_array_equal(seen, seen[::-1])


def test_without_blur_cells_look_as_they_are():
    labels = np.where(ball((9, 20, 20), (4, 10, 10), (3, 6, 6)), 1, 0)
    np.testing.assert_array_equal(outline_seen(labels, (0.0, 0.0)), labels)


def test_cells_above_each_other_stay_two_and_meet_in_the_middle():
    labels = np.zeros((30, 20, 20), int)
    labels[5:15, 4:16, 4:16] = 1
    labels[15:25, 4:16, 4:16] = 2
    seen = outline_seen(labels, (2.0, 1.0))
    assert abs(np.count_nonzero(seen == 1) - np.count_nonzero(seen == 2)) < 0.02 * np.count_nonzero(seen)
    assert seen[14, 10, 10] == 1
    assert seen[15, 10, 10] == 2


def test_a_cell_at_the_face_of_the_frame_stays():
    labels = np.zeros((6, 12, 12), int)
    labels[:2, :4, :4] = 3
    assert (outline_seen(labels, (1.0, 1.0))[0, :3, :3] == 3).all()


def test_nuclei_are_outlined_as_seen_and_the_challenges_datasets_as_they_are():
    assert TISSUE.outlined_as_seen
    assert not TRIC.outlined_as_seen
    seen, true = (
        next(simulate_frames(each, frames=1, seed=1, scale=0.3))
        for each in (TISSUE, replace(TISSUE, outlined_as_seen=False))
    )
    np.testing.assert_array_equal(seen.image, true.image)
    assert np.count_nonzero(seen.labels != true.labels) > 0
