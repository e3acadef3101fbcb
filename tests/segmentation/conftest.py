"""What tests of whole runs share: a configuration that finds something, and a recording with a broken frame."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import read_frame
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters

_UNTRAINED = 0.5477


@pytest.fixture
def configuration(checkpoints: dict[str, Path]) -> Configuration:
    """An untrained network, and a threshold that is about what it predicts."""
    labeling = LabelingParameters(method="components", foreground_threshold=_UNTRAINED, spacing=(1.0, 1.0, 1.0))
    return Configuration(checkpoints["segmentation"], labeling=labeling)


@pytest.fixture
def broken(sequence: Path) -> Path:
    """The sequence in float32, a voxel of its last frame not a number."""
    for path in sorted(sequence.iterdir()):
        stack = read_frame(path).astype(np.float32)
        if path.name == "t002.tif":
            stack[1, 2, 3] = np.nan
        tifffile.imwrite(path, stack, photometric="minisblack")
    return sequence
