"""The part of a large frame worth looking at closely."""

import numpy as np
from numpy.typing import NDArray

_SIDE = 480
_WHOLE = 640
_STEP = 20


def find_window(labels: NDArray, side: int = _SIDE, whole: int = _WHOLE) -> tuple[slice, slice]:
    """Find the square with the most cell area in it.

    Parameters
    ----------
    labels : (Y, X) ndarray
        Labels, 0 is background.
    side : int
        Edge of the window in pixels.
    whole : int
        Images whose sides have at most this many pixels are shown whole, not cut to `side`.

    Returns
    -------
    tuple of slice
        Rows and columns of the window.
    """
    rows, columns = labels.shape
    height, width = (edge if edge <= whole else side for edge in (rows, columns))
    area = np.zeros((rows + 1, columns + 1), np.int64)
    area[1:, 1:] = (labels > 0).cumsum(axis=0).cumsum(axis=1)
    tops, lefts = _positions(rows - height), _positions(columns - width)
    inside = (
        area[np.ix_(tops + height, lefts + width)]
        - area[np.ix_(tops, lefts + width)]
        - area[np.ix_(tops + height, lefts)]
        + area[np.ix_(tops, lefts)]
    )
    top, left = (int(index) for index in np.unravel_index(np.argmax(inside), inside.shape))
    return slice(int(tops[top]), int(tops[top]) + height), slice(int(lefts[left]), int(lefts[left]) + width)


def _positions(last: int) -> NDArray[np.int64]:
    return np.unique(np.append(np.arange(0, last + 1, _STEP), last))
