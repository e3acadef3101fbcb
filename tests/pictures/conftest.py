from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ctc_submission.challenge.files import write_frame, write_mask


@pytest.fixture
def labels() -> NDArray[np.uint16]:
    """Three cells in four slices: one, three, two and none of them."""
    stack = np.zeros((4, 30, 40), np.uint16)
    stack[:3, 2:10, 2:12] = 1
    stack[1:3, 15:25, 5:15] = 2
    stack[1, 10:20, 25:35] = 7
    return stack


@pytest.fixture
def frame(labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """What a camera would make of them."""
    noise = np.random.default_rng(0).normal(100, 10, labels.shape)
    return (noise + 200 * (labels > 0)).astype(np.uint16)


@pytest.fixture
def dataset(tmp_path: Path, frame: NDArray[np.uint16], labels: NDArray[np.uint16]) -> Path:
    """A dataset of three frames; frame 1 has a mask and two annotated slices, frame 2 a mask and a whole reference."""
    folder = tmp_path / "Fluo-C3DL-MDA231"
    for name in ("01", "01_RES", "01_GT/SEG"):
        (folder / name).mkdir(parents=True)
    for number in range(3):
        write_frame(folder / f"01/t{number:03d}.tif", frame)
    for number in (1, 2):
        write_mask(folder / f"01_RES/mask{number:03d}.tif", labels)
    for z in (0, 2):
        write_mask(folder / f"01_GT/SEG/man_seg_001_{z:03d}.tif", labels[z : z + 1], ndim=2)
    write_mask(folder / "01_GT/SEG/man_seg002.tif", labels)
    return folder
