from dataclasses import replace

import pytest

from ctc_submission.fine_tuning.parts import find_cells
from ctc_submission.fine_tuning.thresholds import adapted
from ctc_submission.segmentation.configuration import read_configuration
from tests.fine_tuning.conftest import write


@pytest.fixture
def anywhere(start):
    """The initial configuration, for cells of any diameter."""
    return replace(read_configuration(start), cell_diameter=None)


def test_the_diameter_of_cells_in_whole_frames_is_stated(anywhere, tmp_path):
    frames = find_cells([write(tmp_path / "mine", 1)])
    configuration = adapted(anywhere, anywhere.segmentation_model, frames)
    assert configuration.cell_diameter == pytest.approx(14, abs=0.7)


def test_that_of_sections_is_stated_for_single_slices_as_they_were_trained_at(anywhere, tmp_path):
    frames = find_cells([write(tmp_path / "mine", 1, slices=(1,))])
    narrow = adapted(anywhere, anywhere.segmentation_model, frames).cell_diameter
    assert narrow == pytest.approx(frames[0].diameter, abs=0.05)
    assert narrow < 13
