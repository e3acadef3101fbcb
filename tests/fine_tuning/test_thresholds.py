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


def test_the_diameter_is_measured_on_each_recording_where_whole_frames_are_annotated(anywhere, tmp_path):
    frames = find_cells([write(tmp_path / "mine", 1), write(tmp_path / "slices", 1, slices=(1,))])
    for chosen in (frames, frames[:1]):
        assert adapted(anywhere, anywhere.segmentation_model, chosen).cell_diameter is None
    stated = replace(anywhere, cell_diameter=15.0)
    assert adapted(stated, stated.segmentation_model, frames).cell_diameter == 15


def test_that_of_sections_is_stated_for_single_slices_as_they_were_trained_at(anywhere, tmp_path):
    frames = find_cells([write(tmp_path / "mine", 1, slices=(1,))])
    narrow = adapted(anywhere, anywhere.segmentation_model, frames).cell_diameter
    assert narrow == pytest.approx(frames[0].diameter, abs=0.05)
    assert narrow < 13
