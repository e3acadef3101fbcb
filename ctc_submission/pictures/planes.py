"""Planes of a frame in real proportions, with outlines: slices, orthogonal slices and projections."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ctc_submission.pictures.panels import REFERENCE, RESULT, find_outlines, gray, paint

_OTHERS = "#2F6B8F"


def draw_plane(
    image: NDArray,
    labels: NDArray,
    size: tuple[int, int],
    *,
    reference: NDArray | None = None,
    chosen: int | None = None,
    width: int = 1,
) -> NDArray[np.uint8]:
    """Draw a plane in gray with outlines of cells.

    Parameters
    ----------
    image : (Y, X) ndarray
        Intensities; black and white are `panels.PERCENTILES` of them.
    labels : (Y, X) ndarray of uint8 or uint16
        Labels of the result.
    size : tuple of int
        Rows and columns of the picture.
    reference : (Y, X) ndarray of uint8 or uint16, optional
        Labels of the reference annotation.
    chosen : int, optional
        A cell whose outline is bright; that of others is dark then.
    width : int
        Width of outlines in pixels of the picture.

    Returns
    -------
    (size) x 3 ndarray of uint8
    """
    shrinks = size[0] * size[1] < image.size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    picture = np.asarray(cv2.resize(gray(image), size[::-1], interpolation=interpolation), np.uint8)
    resized = resize_labels(labels, size)
    outlines = find_outlines(resized, 1, width)
    of_chosen = outlines & (resized == chosen)
    if reference is not None:
        picture = paint(picture, find_outlines(resize_labels(reference, size), 1, width), REFERENCE)
    picture = paint(picture, outlines, RESULT if chosen is None else _OTHERS)
    return paint(picture, of_chosen, RESULT)


def write_number(picture: NDArray[np.uint8], number: int, row: float, column: float) -> NDArray[np.uint8]:
    """Return a picture with a number in white at a position."""
    written, text, font = picture.copy(), str(number), cv2.FONT_HERSHEY_SIMPLEX
    (width, height), _ = cv2.getTextSize(text, font, 0.4, 1)
    left = int(np.clip(column - width / 2, 1, max(1, picture.shape[1] - width - 1)))
    bottom = int(np.clip(row + height / 2, height + 1, max(height + 1, picture.shape[0] - 2)))
    for color, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(written, text, (left, bottom), font, 0.4, color, thickness, cv2.LINE_AA)
    return written


def fit_size(rows: float, columns: float, side: int) -> tuple[int, int]:
    """Scale rows and columns so that the longer one is `side` pixels."""
    scale = side / max(rows, columns)
    return max(1, round(rows * scale)), max(1, round(columns * scale))


def resize_labels(labels: NDArray, size: tuple[int, int]) -> NDArray:
    """Scale labels (Y, X) to so many rows and columns, without mixing them."""
    return cv2.resize(labels, size[::-1], interpolation=cv2.INTER_NEAREST)
