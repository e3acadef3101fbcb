import numpy as np
import pytest

from ctc_submission.api.arrays import check_labels, check_spacing, find_time_points

PLANE = np.arange(12, dtype=np.uint16).reshape(3, 4)


@pytest.mark.parametrize(
    ("shape", "axes", "movie", "stack_shape", "names"),
    [
        ((3, 4), None, False, (1, 3, 4), ["stack"]),
        ((2, 3, 4), None, False, (2, 3, 4), ["stack"]),
        ((2, 3, 4), "tyx", False, (1, 3, 4), ["time point 0 of stack", "time point 1 of stack"]),
        ((2, 3, 4), None, True, (1, 3, 4), ["time point 0 of stack", "time point 1 of stack"]),
        ((1, 2, 3, 4), None, False, (2, 3, 4), ["time point 0 of stack"]),
    ],
)
def test_axes_follow_from_their_number_or_are_stated(shape, axes, movie, stack_shape, names):
    points = find_time_points(np.zeros(shape, np.uint8), axes, "stack", is_movie=movie)
    assert (points.stack_shape, [point.name for point in points.points]) == (stack_shape, names)


def test_a_time_point_is_read_by_itself_in_native_byte_order():
    class Lazy:
        shape, dtype = (5, 3, 4), np.dtype(">u2")

        def __getitem__(self, index):
            assert index == 3
            return PLANE.astype(">u2").T.T

    points = find_time_points(Lazy(), "TYX", "stack")
    read = points.read(points.points[3])
    assert read.dtype.isnative
    np.testing.assert_array_equal(read, PLANE[None])


@pytest.mark.parametrize(
    ("array", "axes", "kind", "message"),
    [
        ([[1, 2]], None, TypeError, "stack is list, expected an array"),
        (np.zeros(3), None, ValueError, r"1 axes \(shape \(3,\)\), expected \(Y, X\) or \(Z, Y, X\) or"),
        (np.zeros((1, 1, 1, 1, 1)), None, ValueError, "5 axes .* take one channel"),
        (np.zeros((2, 2)), "ZYX", ValueError, "axes is 'ZYX' for stack of shape"),
        (np.zeros((2, 2)), 2, TypeError, "axes is 2, expected one of YX"),
        (np.zeros((0, 2)), None, ValueError, r"stack is empty \(shape \(0, 2\)\)"),
    ],
)
def test_other_arrays_are_refused(array, axes, kind, message):
    with pytest.raises(kind, match=message):
        find_time_points(array, axes, "stack")


@pytest.mark.parametrize(
    ("spacing", "ndim", "expected"),
    [(None, 3, None), ((2, 1, 1), 3, (2.0, 1.0, 1.0)), (np.array([0.5, 0.25]), 2, (1.0, 0.5, 0.25))],
)
def test_spacing_is_made_z_y_x(spacing, ndim, expected):
    assert check_spacing(spacing, ndim) == expected


@pytest.mark.parametrize(
    ("spacing", "kind"),
    [(1.0, TypeError), ("abc", TypeError), ((1, 1), ValueError), ((1, 1, 0), ValueError), ((1, 1, np.nan), ValueError)],
)
def test_other_spacings_are_refused(spacing, kind):
    with pytest.raises(kind, match=r"spacing is .*, expected the edges \(z, y, x\)"):
        check_spacing(spacing, 3)


def test_labels_are_whole_numbers():
    check_labels(find_time_points(PLANE, None, "labels"))
    with pytest.raises(TypeError, match="labels holds float64, expected integer labels"):
        check_labels(find_time_points(PLANE * 1.0, None, "labels"))
