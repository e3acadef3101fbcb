"""What is trained on, and what is held out."""

from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.challenge.files import write_mask
from ctc_submission.fine_tuning.parts import find_cells, split
from tests.fine_tuning.conftest import SHAPE, write


def parts(sources, share=0.25, **options):
    return split(sources, find_cells(sources), share, **options)


@pytest.mark.parametrize(("frames", "held_out"), [(2, {1}), (3, {1}), (8, {2, 6})])
def test_of_several_frames_some_are_held_out(tmp_path, frames, held_out):
    source = write(tmp_path / "mine", frames)
    found = parts([source])
    assert found.held_out == [replace(source, frames=frozenset(held_out))]
    assert found.training == [replace(source, frames=frozenset(range(frames)) - held_out)]
    assert found.text.startswith(f"mine/01 frame {min(held_out)}")


def test_of_slices_of_a_single_frame_some_are_held_out(tmp_path):
    source = write(tmp_path / "mine", 1, slices=(0, 2, 3, 4))  # slice 0 shows no cell
    found = parts([source])
    assert found.held_out == [replace(source, frames=frozenset({0}), slices=frozenset({3}))]
    assert found.training == [replace(source, frames=frozenset({0}), slices=frozenset({0, 2, 4}))]
    assert found.text == "mine/01 frame 0, slices 3"


@pytest.mark.parametrize(
    ("slices", "options"), [((), {}), ((2, 3), {}), ((2, 3, 4), {"by_slice": False}), ((2, 3, 4), {"share": 0})]
)
def test_little_is_trained_on_as_a_whole(tmp_path, slices, options):
    source = write(tmp_path / "mine", 1, slices)
    found = parts([source], **options)
    assert (found.training, found.held_out, found.text) == ([replace(source, frames=frozenset({0}))], [], "")


def test_frames_without_a_cell_are_neither_trained_on_nor_held_out(tmp_path):
    source = write(tmp_path / "mine", 3)
    write_mask(tmp_path / "mine" / "01_GT" / "SEG" / "man_seg001.tif", np.zeros(SHAPE, np.uint16))
    found = parts([source])
    assert [one.frames for one in (*found.training, *found.held_out)] == [{0}, {2}]


def test_cells_are_measured(tmp_path):
    (frame,) = find_cells([write(tmp_path / "mine", 1)])
    assert frame.diameter == pytest.approx(14, abs=0.5)
    assert (frame.number, frame.cells, frame.slices, frame.empty) == (0, 3, (), ())


def test_annotations_without_a_cell_are_named(tmp_path):
    source = write(tmp_path / "mine", 1, slices=(0,))
    with pytest.raises(ValueError, match=r"mine/01_GT/SEG: no reference shows a cell, expected labels above 0"):
        find_cells([source])
