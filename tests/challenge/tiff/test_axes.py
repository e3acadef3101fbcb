from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.tiff.axes import Axes, stack_axes, to_stack

PATH = Path("t000.tif")


@pytest.mark.parametrize(
    ("names", "lengths", "expected"),
    [
        ("YX", (5, 7), "YX"),
        ("ZYX", (3, 5, 7), "ZYX"),
        ("QYX", (3, 5, 7), "ZYX"),
        ("IYX", (3, 5, 7), "ZYX"),
        ("TZCYXS", (1, 3, 1, 5, 7, 1), "ZYX"),
        ("TZCYXS", (1, 1, 1, 5, 7, 1), "YX"),
        ("QYX", (1, 5, 7), "YX"),
        ("ZYX", (3, 1, 7), "ZYX"),
        ("YX", (1, 1), "YX"),
        ("YXZ", (5, 7, 3), "YXZ"),
    ],
)
def test_stored_axes_become_a_stack(names, lengths, expected):
    assert stack_axes(Axes(names, lengths), None, PATH).names == expected


@pytest.mark.parametrize(
    ("names", "lengths", "named"),
    [
        ("TYX", (3, 5, 7), "3 time points.*one file per frame.*--axes ZYX"),
        ("CYX", (2, 5, 7), "2 channels.*one file per channel.*--axes ZYX"),
        ("YXS", (5, 7, 3), "3 color samples.*--axes YXZ"),
        ("TZYX", (2, 3, 5, 7), "2 time points: export one file per frame$"),
        ("QQYX", (2, 3, 5, 7), "axis 'Q': export one stack per file$"),
        ("QZYX", (2, 3, 5, 7), "axis 'Q'"),
        ("RYX", (2, 5, 7), "axis 'R'.*--axes ZYX"),
    ],
)
def test_what_is_no_gray_stack_is_refused_with_the_way_out(names, lengths, named):
    with pytest.raises(ValueError, match=f"'t000.tif' holds .*{named}"):
        stack_axes(Axes(names, lengths), None, PATH)


@pytest.mark.parametrize(
    ("names", "lengths", "given", "expected"),
    [
        ("TYX", (3, 5, 7), "ZYX", Axes("ZYX", (3, 5, 7))),
        ("TYX", (3, 5, 7), "zyx", Axes("ZYX", (3, 5, 7))),
        ("YXS", (5, 7, 3), "YXZ", Axes("YXZ", (5, 7, 3))),
        ("ZYX", (3, 5, 7), "XYZ", Axes("XYZ", (3, 5, 7))),
        ("TZCYX", (3, 1, 1, 5, 7), "ZTCYX", Axes("ZYX", (3, 5, 7))),
        ("TZCYX", (3, 1, 1, 5, 7), "ZYX", Axes("ZYX", (3, 5, 7))),
        ("QYX", (1, 5, 7), "YX", Axes("YX", (5, 7))),
    ],
)
def test_given_axes_replace_stored_ones(names, lengths, given, expected):
    assert stack_axes(Axes(names, lengths), given, PATH) == expected


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("YX", "'YX' name 2"),
        ("TZYX", "name 4"),
        ("TYX", "3 time points"),
        ("ZZX", "expected YX or ZYX"),
        ("", "name 0"),
    ],
)
def test_given_axes_that_do_not_fit_are_refused(given, named):
    with pytest.raises(ValueError, match=named):
        stack_axes(Axes("QYX", (3, 5, 7)), given, PATH)


def test_any_stored_order_becomes_z_y_x():
    stack = np.arange(3 * 5 * 7).reshape(3, 5, 7)
    stored = np.moveaxis(stack, 0, -1)
    np.testing.assert_array_equal(to_stack(stored, Axes("YXZ", (5, 7, 3))), stack)


def test_an_image_becomes_a_stack_of_one():
    assert to_stack(np.zeros((1, 5, 7)), Axes("YX", (5, 7))).shape == (1, 5, 7)


def test_names_and_lengths_belong_together():
    with pytest.raises(ValueError, match="2 names"):
        Axes("YX", (3, 5, 7))
