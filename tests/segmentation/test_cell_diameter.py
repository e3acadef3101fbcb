"""The cell diameter of a recording: measured where something shows, 3 pixels at least, in honest words."""

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.segmentation.cell_diameter import (
    CellDiameter,
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


def foreground(part, assumed):
    return (part > 0.5).astype(np.float32)


def segment(part, assumed):
    return ndimage.label(part > 0.5)[0]


def test_the_first_frame_with_cells_is_measured():
    stacks = [("t000.tif", np.zeros((5, 200, 220))), ("t007.tif", discs(16)), ("t009.tif", discs(30))]
    found = measure_cells(stacks, foreground, segment, OWN)
    assert found.pixels == pytest.approx(16, rel=0.1)
    assert (found.source, found.is_measured) == ("measured on t007.tif", True)


def test_frames_after_it_are_not_read():
    def stacks():
        yield "t000.tif", discs(16)
        raise AssertionError

    assert measure_cells(stacks(), foreground, segment, OWN).is_measured


def test_without_cells_the_network_s_own_diameter_is_a_fallback_and_called_so():
    empty = np.zeros((5, 60, 60))
    found = measure_cells([("t000.tif", empty), ("t003.tif", empty)], foreground, segment, OWN)
    assert found == CellDiameter(
        OWN, "fallback, the network's own: no cells were found on t000.tif, t003.tif", is_measured=False
    )
    assert measure_cells([], foreground, segment, OWN).pixels == OWN


def test_nothing_below_three_pixels_is_a_cell():
    specks = np.random.default_rng(0).random((5, 200, 220)) < 0.05
    found = measure_cells([("t000.tif", specks.astype(np.float32))], foreground, segment, OWN)
    assert (found.pixels, found.is_measured) == (OWN, False)
    assert "fallback" in str(found)


def test_too_few_cells_make_a_guess_and_it_is_called_so():
    def one_cell(part, assumed):
        return np.ones(part.shape, np.int32)

    found = measure_cells([("t000.tif", discs(16))], foreground, one_cell, OWN)
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
        "dim": discs(16, 20.0),
        "good": discs(16, 90.0),
        "dimmer": discs(16, 10.0),
        "best": discs(16, 100.0),
        "noise": noise(),
    }

    def read(path):
        if path.name == "damaged":
            raise ValueError("damaged")
        return frames[path.name]

    paths = [tmp_path / name for name in ("damaged", *frames)]
    assert [name for name, _ in frames_with_signal(paths, read)] == ["good", "best", "dim", "dimmer"]
    with pytest.raises(ValueError, match="damaged"):
        list(frames_with_signal(paths[:1], read))


def test_frames_are_spread_over_the_recording(tmp_path):
    paths = [tmp_path / f"t{number:03d}.tif" for number in range(21)]
    assert spread_frames(paths) == tuple(paths[::5])
    assert spread_frames(paths[:1]) == (paths[0],)
    assert spread_frames(paths[:2]) == tuple(paths[:2])
