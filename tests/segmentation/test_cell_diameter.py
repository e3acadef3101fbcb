"""The cell diameter of a recording: measured where something shows, 3 pixels at least, in honest words."""

import re

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.cell_diameter import (
    CellDiameter,
    FrameSample,
    frames_with_signal,
    measure_cells,
    measure_signal,
    spread_frames,
)

OWN = 24.0


def discs(diameter, brightness=1.0, count=None, shape=(5, 200, 220)):
    """Rows of discs; at most `count` of them."""
    pitch = round(1.6 * diameter)
    y, x = np.ix_(np.arange(shape[1]), np.arange(shape[2]))
    inside = ((y % pitch - pitch // 2) ** 2 + (x % pitch - pitch // 2) ** 2) <= (diameter / 2) ** 2
    labels, _ = ndimage.label(inside)
    inside &= (labels <= count) if count else True
    return np.repeat(inside[None] * np.float32(brightness), shape[0], axis=0)


def noise(level=10.0, shape=(5, 200, 220)):
    return np.random.default_rng(0).normal(100, level, shape).astype(np.float32)


def predict(part, assumed):
    return (part > 0.5).astype(np.float32), None


def segment(part, assumed):
    return ndimage.label(part > 0.5)[0]


def test_the_median_of_all_frames_with_cells_is_taken():
    empty, narrow, usual, wide = np.zeros((5, 200, 220)), discs(12), discs(16), discs(30)
    stacks = {"t000.tif": empty, "t004.tif": narrow, "t007.tif": usual, "t009.tif": wide}
    found = measure_cells([FrameSample(*each) for each in stacks.items()], predict, segment, OWN)
    assert found.pixels == pytest.approx(16, rel=0.1)
    assert found.is_measured
    assert re.fullmatch(r"measured on t004.tif, t007.tif, t009.tif: 1[12][.\d]* to (29|30)[.\d]*", found.source)


def test_one_frame_is_named_alone():
    found = measure_cells([FrameSample("t000.tif", discs(16))], predict, segment, OWN)
    assert found.pixels == pytest.approx(16, rel=0.1)
    assert (found.source, found.is_measured) == ("measured on t000.tif", True)


def test_weak_frames_are_read_only_if_no_other_gives_a_diameter():
    def samples():
        yield FrameSample("t000.tif", discs(16))
        yield FrameSample("t001.tif", discs(30), is_weak=True)
        raise AssertionError

    assert measure_cells(samples(), predict, segment, OWN).source == "measured on t000.tif"
    dark = [FrameSample("t000.tif", np.zeros((5, 60, 60))), FrameSample("t001.tif", discs(30), is_weak=True)]
    assert measure_cells(dark, predict, segment, OWN).source == "measured on t001.tif"


def test_without_cells_the_network_s_own_diameter_is_a_fallback_and_called_so():
    empty = np.zeros((5, 60, 60))
    found = measure_cells([FrameSample("t000.tif", empty), FrameSample("t003.tif", empty)], predict, segment, OWN)
    assert found == CellDiameter(
        OWN, "fallback, the network's own: no cells were found on t000.tif, t003.tif", is_measured=False
    )
    assert measure_cells([], predict, segment, OWN).pixels == OWN


def test_nothing_below_three_pixels_is_a_cell():
    specks = np.random.default_rng(0).random((5, 200, 220)) < 0.05
    found = measure_cells([FrameSample("t000.tif", specks.astype(np.float32))], predict, segment, OWN)
    assert (found.pixels, found.is_measured) == (OWN, False)
    assert "fallback" in str(found)


def test_too_few_cells_make_a_guess_and_it_is_called_so():
    def one_cell(part, assumed):
        return np.ones(part.shape, np.int32)

    found = measure_cells([FrameSample("t000.tif", discs(16))], predict, one_cell, OWN)
    assert found.pixels == pytest.approx(16, rel=0.15)
    assert not found.is_measured
    assert found.source.startswith("a guess: t000.tif shows too few cells")


@pytest.mark.parametrize(
    ("stack", "shows"),
    [
        (np.zeros((3, 50, 60), np.uint16), False),
        (np.full((1, 300, 300), 40000, np.uint16), False),
        (noise(), False),
        (noise() + discs(16, 30.0), True),
        (noise() + discs(16, 100.0, count=1), True),
        (discs(16, 200)[:1].astype(np.uint8), True),
    ],
)
def test_noise_is_no_signal(stack, shows):
    assert (measure_signal(stack) > 0) == shows


def test_frames_that_show_something_come_first_in_time_and_bad_ones_are_left_out(tmp_path):
    frames = {
        "black": np.zeros((5, 200, 220)),
        "dimmer": discs(16, 4.0),
        "good": discs(16, 30.0),
        "dim": discs(16, 8.0),
        "best": discs(16, 100.0),
        "noise": noise(),
    }

    def read(path):
        if path.name == "damaged":
            raise ValueError("damaged")
        return frames[path.name]

    paths = [tmp_path / name for name in ("damaged", *frames)]
    found = [(sample.name, sample.is_weak) for sample in frames_with_signal(paths, read)]
    assert found == [("good", False), ("best", False), ("dim", True), ("dimmer", True)]
    with pytest.raises(ValueError, match="damaged"):
        list(frames_with_signal(paths[:1], read))


def test_frames_are_spread_over_the_recording(tmp_path):
    paths = [tmp_path / f"t{number:03d}.tif" for number in range(21)]
    assert spread_frames(paths) == tuple(paths[::5])
    assert spread_frames(paths[:1]) == (paths[0],)
    assert spread_frames(paths[:2]) == tuple(paths[:2])
