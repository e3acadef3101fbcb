"""Reading frames: TIFF images of one gray stack, as microscopes and their software write them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from ctc_submission.challenge.intensities import as_intensities, check_pixel_type, inverted
from ctc_submission.challenge.tiff.axes import is_guess, stack_axes, to_stack
from ctc_submission.challenge.tiff.image import open_tiff
from ctc_submission.challenge.tiff.page_checks import naming_file, tag_name
from ctc_submission.challenge.tiff.spacing import Spacing, read_spacing


@dataclass(frozen=True)
class FrameInfo:
    """What the headers of a frame tell."""

    path: Path
    """The file."""
    shape: tuple[int, int, int]
    """Shape as (Z, Y, X); a 2D image has Z = 1."""
    dtype: np.dtype
    """Type of the stored numbers, in native byte order."""
    axes: str
    """Axes longer than 1 in stored order: ``YX`` or a permutation of ``ZYX``."""
    spacing: Spacing | None
    """Voxel size (z, y, x) in micrometers if the file states it; z is 1 in a 2D image."""
    compression: str
    """Name of the compression in lower case, such as ``none``, ``lzw`` or ``adobe_deflate``."""
    is_tiled: bool
    """Whether pages are stored in tiles, which the challenge's own evaluation cannot read."""
    file_bytes: int
    """Size of the file."""
    axes_guessed: bool = False
    """Whether the file does not say what its pages are, so that they are taken for slices."""
    is_white_zero: bool = False
    """Whether 0 is white in the file; frames are inverted when they are read."""

    @property
    def ndim(self) -> int:
        """2 for a single slice, 3 for a stack."""
        return 2 if self.shape[0] == 1 else 3


def read_frame(path: str | Path, *, axes: str | None = None, as_labels: bool = False) -> NDArray:
    """Read a 2D or 3D gray image, intensities as they are stored, but inverted where 0 is white.

    Any compression, tiles, BigTIFF and either byte order are read. Axes come from ImageJ, OME or tifffile descriptions;
    those of length 1 are dropped, and the pages of a file without description are its slices.

    Parameters
    ----------
    path : str or Path
        A TIFF file.
    axes : str, optional
        What the axes are, in stored order, such as ``ZYX``, where the file says otherwise.
    as_labels : bool
        Whether the numbers are labels, which are never inverted.

    Returns
    -------
    (Z, Y, X) ndarray of uint8, uint16, float32 or float64
        Z is 1 for a 2D image. Other integers are returned as uint16, but uint32 labels that do not fit as they are.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a TIFF, damaged, truncated or empty; holds time points, channels, colors, pages that differ,
        NaN, infinity or integers outside 0 to 65535; or if `axes` do not fit.
    """
    path = Path(path)
    with open_tiff(path, axes) as image:
        names = stack_axes(image.axes, axes, path)
        check_pixel_type(image.dtype, f"'{path}'")
        stack = to_stack(image.decode(), names)
        if image.is_white_zero and not as_labels:
            stack = inverted(stack, image.page.bitspersample, f"'{path}'")
    if as_labels and stack.dtype == np.uint32 and stack.max() > np.iinfo(np.uint16).max:
        return stack
    return as_intensities(stack, f"'{path}'")


def read_frame_info(path: str | Path, *, axes: str | None = None) -> FrameInfo:
    """Read what the headers of a frame tell, without its pixels.

    Parameters
    ----------
    path : str or Path
        A TIFF file.
    axes : str, optional
        What the axes are, in stored order, such as ``ZYX``, where the file says otherwise.

    Returns
    -------
    FrameInfo

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        As :func:`read_frame`, for what headers show.
    """
    path = Path(path)
    with open_tiff(path, axes) as image:
        names = stack_axes(image.axes, axes, path)
        check_pixel_type(image.dtype, f"'{path}'")
        with naming_file(path):
            spacing = read_spacing(image.file, names.stack_shape[0])
        return FrameInfo(
            path=path,
            shape=names.stack_shape,
            dtype=image.dtype,
            axes=names.names,
            spacing=spacing,
            compression=tag_name(tifffile.COMPRESSION, image.page.compression),
            is_tiled=image.page.is_tiled,
            file_bytes=path.stat().st_size,
            axes_guessed=is_guess(image.axes, axes),
            is_white_zero=image.is_white_zero,
        )
