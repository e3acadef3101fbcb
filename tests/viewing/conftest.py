from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Four frames of nine cells, one of them fused with a tenth in frame 2; references, markers and tracks."""
    folder = tmp_path / "Fluo-N3DH-CE"
    for name in ("01", "01_RES", "01_GT/SEG", "01_GT/TRA"):
        (folder / name).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(4):
        labels = np.zeros((5, 60, 64), np.uint16)
        for index in range(9):
            row, column = divmod(index, 3)
            labels[1:4, 20 * row + 4 : 20 * row + 12, 20 * column + 4 : 20 * column + 12] = index + 1
        if number == 2:
            labels[1:4, 4:12, 12:22] = 1
        write_frame(
            folder / f"01/t{number:03d}.tif", (rng.normal(90, 4, labels.shape) + 80 * (labels > 0)).astype("u2")
        )
        write_mask(folder / f"01_RES/mask{number:03d}.tif", labels)
        write_mask(folder / f"01_GT/TRA/man_track{number:03d}.tif", labels)
    write_mask(folder / "01_GT/SEG/man_seg_001_002.tif", labels[2:3], ndim=2)
    (folder / "01_RES/res_track.txt").write_text("".join(f"{label} 0 3 0\n" for label in range(1, 10)))
    return folder
