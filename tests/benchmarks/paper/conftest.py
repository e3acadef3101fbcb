"""Tiny worlds: one cell in each frame, and several nuclei, two of which touch."""

import cv2
import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask


def _write(folder, sequence, frame, labels):
    (folder / sequence).mkdir(parents=True, exist_ok=True)
    (folder / f"{sequence}_GT" / "SEG").mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(frame).integers(0, 50, labels.shape)
    write_frame(folder / sequence / f"t{frame:03d}.tif", (100 + 500 * (labels > 0) + noise).astype(np.uint16))
    write_mask(folder / f"{sequence}_GT" / "SEG" / f"man_seg{frame:03d}.tif", labels)


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """Two sequences of two frames of 3 x 40 x 48 with a bright disc."""
    folder = tmp_path_factory.mktemp("data") / "Fluo-C3DH-A549-SIM"
    for sequence in ("01", "02"):
        for frame in range(2):
            disc = cv2.circle(np.zeros((40, 48), np.uint16), (20 + frame, 20), 12, 1, -1)
            _write(folder, sequence, frame, np.stack([disc] * 3))
    return folder


@pytest.fixture(scope="session")
def embryos(tmp_path_factory):
    """Three sequences of a frame of 4 x 32 x 32 with three discs, the first two of which touch."""
    folder = tmp_path_factory.mktemp("data") / "bbbc050-train"
    for sequence in ("01", "05", "10"):
        labels = np.zeros((32, 32), np.uint16)
        for label, center in enumerate([(7, 9), (16, 9), (22, 24)], start=1):
            labels[(cv2.circle(np.zeros((32, 32), np.uint8), center, 4, 1, -1) > 0) & (labels == 0)] = label
        _write(folder, sequence, 0, np.stack([labels] * 4))
    return folder
