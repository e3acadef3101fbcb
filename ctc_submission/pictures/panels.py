"""Intensities and labels as colors: gray frames, outlines, label maps.

Outlines of the reference annotation are orange, those of results blue, and white where both agree.
Orange and blue (of the palette of Okabe and Ito) are distinguished by color-blind readers too.
"""

import colorsys
import math

import cv2
import numpy as np
from numpy.typing import NDArray

REFERENCE = "#E69F00"
RESULT = "#56B4E9"
BOTH = "#FFFFFF"
PERCENTILES = (1.0, 99.8)
"""Percentiles of the intensities shown that become black and white."""

_PANEL_PIXELS = 720
_GOLDEN = (math.sqrt(5) - 1) / 2


def gray(image: NDArray, zoom: int = 1) -> NDArray[np.uint8]:
    """Show intensities in gray.

    Parameters
    ----------
    image : (Y, X) ndarray
        Intensities.
    zoom : int
        Whole factor of enlargement, interpolated.

    Returns
    -------
    (zoom * Y, zoom * X, 3) ndarray of uint8
        Black and white are the `PERCENTILES` of the intensities; a constant image is black.
    """
    low, high = np.percentile(image, PERCENTILES)
    scaled = np.clip((image.astype(np.float32) - low) / max(high - low, 1e-6), 0, 1)
    enlarged = cv2.resize(scaled, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    return np.repeat(np.rint(255 * enlarged).astype(np.uint8)[..., None], 3, axis=2)


def find_outlines(labels: NDArray, zoom: int, width: int) -> NDArray[np.bool_]:
    """Find the pixels on the outlines of labeled cells, inside the cells; open where the image ends.

    Parameters
    ----------
    labels : (Y, X) ndarray of uint8 or uint16
        Labels, 0 is background.
    zoom : int
        Whole factor of enlargement.
    width : int
        Width of the lines in pixels, after the enlargement.

    Returns
    -------
    (zoom * Y, zoom * X) ndarray of bool
    """
    enlarged = enlarge(labels, zoom)
    around = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    is_inner = (cv2.erode(enlarged, around) == enlarged) & (cv2.dilate(enlarged, around) == enlarged)
    return (enlarged > 0) & ~is_inner


def paint(picture: NDArray[np.uint8], where: NDArray[np.bool_], color: str) -> NDArray[np.uint8]:
    """Return a (Y, X, 3) picture with the pixels of a (Y, X) mask in one color, given as #RRGGBB."""
    painted = picture.copy()
    painted[where] = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return painted


def color_labels(labels: NDArray, zoom: int = 1) -> NDArray[np.uint8]:
    """Show labels in colors of their own, on black: (Y, X) to (zoom * Y, zoom * X, 3) of uint8.

    A label has the same color in every picture; consecutive ones differ much.
    """
    palette = np.array([_label_rgb(label) for label in range(int(labels.max()) + 1)], np.uint8)
    return enlarge(palette[labels], zoom)


def enlarge(image: NDArray, zoom: int) -> NDArray:
    """Repeat every pixel of a (Y, X) or (Y, X, 3) image `zoom` times in both directions."""
    return image.repeat(zoom, axis=0).repeat(zoom, axis=1)


def zoom_for(shape: tuple[int, int]) -> int:
    """Return the smallest whole factor that makes an image of shape (Y, X) as large as a panel."""
    return math.ceil(_PANEL_PIXELS / max(shape))


def _label_rgb(label: int) -> tuple[int, int, int]:
    """Spread hues by the golden ratio, and vary how strong and light they are; black for background."""
    if label == 0:
        return 0, 0, 0
    red, green, blue = colorsys.hsv_to_rgb(label * _GOLDEN % 1, (0.55, 0.8, 0.4)[label % 3], (1.0, 0.85)[label % 2])
    return round(255 * red), round(255 * green), round(255 * blue)
