import numpy as np
import pytest

import ctc_submission as ctc
from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.linking.link import link_sequence
from ctc_submission.linking.linking_parameters import LinkingParameters

pytest.importorskip("laptrack")


def moving(ndim: int) -> np.ndarray:
    """Two cells that move by a pixel from frame to frame, their labels swapped in every other one."""
    masks = np.zeros((4, 2, 24, 24), np.int32)
    for time in range(4):
        masks[time, :, 2 + time : 6 + time, 2:6] = 1 + time % 2
        masks[time, :, 14:18, 14 - time : 18 - time] = 2 - time % 2
    return masks if ndim == 3 else masks[:, 0]


@pytest.mark.parametrize("ndim", [2, 3])
def test_cells_keep_their_labels(ndim):
    given = moving(ndim)
    masks, tracks = ctc.link(given, spacing=(1.0, 1.0, 1.0)[-ndim:], max_division_distance=0)
    assert tracks.tolist() == [[1, 0, 3, 0], [2, 0, 3, 0]]
    assert masks.shape == given.shape
    assert (masks[:, ..., 14, 14] == 2).all()
    np.testing.assert_array_equal(masks > 0, given > 0)


def test_masks_are_those_of_the_command(tmp_path):
    for time, mask in enumerate(moving(3)):
        (tmp_path / "res").mkdir(exist_ok=True)
        write_mask(tmp_path / "res" / f"mask{time:03d}.tif", mask)
    link_sequence(find_frames(tmp_path / "res", "mask"), tmp_path / "out", (2.0, 1.0, 1.0), LinkingParameters())
    masks, tracks = ctc.link(moving(3), (2.0, 1.0, 1.0))
    for time in range(4):
        np.testing.assert_array_equal(masks[time], read_frame(tmp_path / "out" / f"mask{time:03d}.tif"))
    assert (tmp_path / "out" / "res_track.txt").read_text().split() == [str(each) for each in tracks.ravel()]


def test_mistakes_are_named():
    with pytest.raises(ValueError, match=r"masks has 2 axes .* expected \(T, Y, X\) or \(T, Z, Y, X\)"):
        ctc.link(np.zeros((3, 3), int))
    with pytest.raises(TypeError, match="masks holds float64"):
        ctc.link(np.zeros((3, 3, 3)))
