import numpy as np
import pytest

from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.estimate import estimate_frame
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.segmenter import Segmenter


@pytest.fixture(scope="module")
def segmenter(checkpoints) -> Segmenter:
    return Segmenter(
        Configuration(checkpoints["segmentation"], labeling=LabelingParameters(spacing=(1.0, 1.0, 1.0))),
        Execution(device="cpu", runtime="torch", batch_size=4),
    )


def test_memory_grows_with_voxels_and_batch(segmenter):
    small, large = (estimate_frame(np.zeros(shape, np.uint16), segmenter) for shape in ((2, 50, 50), (40, 200, 200)))
    assert large.memory - small.memory == pytest.approx(221.47e6)  # two more images, and 26 bytes for each more voxel


def test_time_is_extrapolated_from_the_middle_slices(segmenter, monkeypatch):
    seen = []
    predict = Segmenter.predict_slices

    def note(self, stack, inputs, advance=None):
        seen.append(stack.shape)
        return predict(self, stack, inputs, advance)

    monkeypatch.setattr(Segmenter, "predict_slices", note)
    estimate = estimate_frame(np.zeros((30, 64, 64), np.uint16), segmenter)
    assert seen == [(1, 64, 64), (3, 64, 64)]
    assert 0 < estimate.seconds < 600
