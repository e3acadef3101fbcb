"""Pictures of results beside reference annotations."""

import numpy as np
import pytest
from matplotlib.image import imread

from benchmarks.outlines import choose_panels, draw
from ctc_submission.pictures.scene import Scene


@pytest.fixture
def scene():
    frame = np.random.default_rng(0).integers(0, 255, (6, 30, 40)).astype(np.uint8)
    labels = np.zeros(frame.shape, np.uint16)
    labels[1:5, 5:15, 5:15], labels[3, 20:25, 25:35] = 1, 2
    return Scene("embryo", frame, labels, dict(enumerate(labels)))


def test_the_slice_with_most_cells_and_one_from_the_side(scene, tmp_path):
    panels = choose_panels(scene)
    assert [panel.title.partition(",")[0] for panel in panels] == ["Frame", "Reference", "Result"] * 2
    assert panels[0].title.endswith("slice 3")
    draw(tmp_path / "a.png", {"embryo": panels, "again": panels[:3]})
    assert imread(tmp_path / "a.png").ndim == 3


def test_frames_annotated_in_part_are_refused(scene):
    with pytest.raises(ValueError, match="embryo: expected a stack with a reference annotation"):
        choose_panels(Scene("embryo", scene.frame, scene.result, {2: scene.result[2]}))
