"""Writing masks and frames so that every reader, the challenge's own above all, reads back what was written."""

import math
from pathlib import Path
from typing import Any, Literal

import numpy as np
import tifffile
from numpy.typing import NDArray

from ctc_submission.atomic import replacing
from ctc_submission.challenge.tiff.image import worker_threads
from ctc_submission.challenge.tiff.spacing import Spacing

_STRIP_BYTES = 2**18
_CLASSIC_LIMIT = 2**32 - 2**25
_MASK_LEVEL = 6  # labels are flat: better packing costs no time
_FRAME_LEVEL = 1  # noise does not pack: higher levels cost time for nothing
_MAX_LABEL = 65535

MaskType = Literal["uint16", "uint32"]
"""Types of masks: 16 bit as the challenge asks for, or 32 bit for more than 65535 objects."""


def write_mask(path: str | Path, labels: NDArray, *, ndim: int = 3, dtype: MaskType = "uint16") -> None:
    """Write the objects of one frame as the challenge asks for them.

    16 bit unsigned, one gray page per slice, in strips, compressed by zlib: the official reader turns tiles and other
    compressions into zeros and takes three or four planes for colors. The same labels give the same bytes.

    Parameters
    ----------
    path : str or Path
        The file, such as ``mask000.tif``; it is replaced whole or left alone.
    labels : (Z, Y, X) ndarray of integers
        0 is background. If a label passes 65535, all are numbered anew from 1, in the same order.
    ndim : int
        Dimensions of the frame: 2 asks for a single slice.
    dtype : {'uint16', 'uint32'}
        Type of the mask; labels above 65535 are kept in 32 bit, which the challenge does not take.

    Raises
    ------
    ValueError
        If labels are not integers, negative, of another shape, or more than 65535 in 16 bit.
    OSError
        If the file cannot be written.
    """
    _check_labels(labels, path, ndim)
    if dtype == "uint16" and labels.max() > _MAX_LABEL:
        labels = _numbered_anew(labels, path)
    _write_pages(Path(path), labels, np.dtype(dtype), _MASK_LEVEL, {})


def write_frame(path: str | Path, stack: NDArray, *, spacing: Spacing | None = None) -> None:
    """Write a frame with the same care as a mask.

    Parameters
    ----------
    path : str or Path
        The file, such as ``t000.tif``; it is replaced whole or left alone.
    stack : (Z, Y, X) ndarray of uint8 or uint16
        Intensities.
    spacing : tuple of float, optional
        Voxel size (z, y, x) in micrometers, written as ImageJ does, the only common way to state z.

    Raises
    ------
    ValueError
        If the stack has another type or shape, or a spacing is not positive.
    OSError
        If the file cannot be written.
    """
    _check_shape(stack, path)
    if stack.dtype.name not in ("uint8", "uint16"):
        raise ValueError(f"frame '{path}' is {stack.dtype}, expected uint8 or uint16: scale it to one of these first")
    tags = {} if spacing is None else _spacing_tags(spacing, len(stack), path)
    _write_pages(Path(path), stack, stack.dtype, _FRAME_LEVEL, tags)


def _check_shape(stack: NDArray, path: str | Path) -> None:
    if stack.ndim != 3 or stack.size == 0:
        raise ValueError(f"array for '{path}' has shape {stack.shape}, expected (Z, Y, X) with Z = 1 for a 2D image")


def _check_labels(labels: NDArray, path: str | Path, ndim: int) -> None:
    _check_shape(labels, path)
    if ndim not in (2, 3) or (ndim == 2 and len(labels) != 1):
        raise ValueError(f"mask '{path}' has {len(labels)} slices and ndim {ndim}, expected ndim 3, or 2 for one slice")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels for '{path}' are {labels.dtype}, expected integers: label the objects first")
    if labels.min() < 0:
        raise ValueError(
            f"labels for '{path}' go down to {labels.min()}, expected 0 for background and more for objects"
        )


def _numbered_anew(labels: NDArray, path: str | Path) -> NDArray:
    """Return labels from 1 on, in the order of their labels."""
    values, compact = np.unique(labels, return_inverse=True)
    objects = np.count_nonzero(values)
    if objects > _MAX_LABEL:
        raise ValueError(
            f"mask '{path}' has {objects} objects, but 16 bits hold {_MAX_LABEL}: remove the smallest, "
            "or write 32 bit (segment --mask-type uint32)"
        )
    return (compact + (values[0] != 0)).reshape(labels.shape)


def _spacing_tags(spacing: Spacing, slices: int, path: str | Path) -> dict[str, Any]:
    if len(spacing) != 3 or not all(math.isfinite(step) and step > 0 for step in spacing):
        raise ValueError(f"frame '{path}' has spacing {spacing}, expected three positive lengths (z, y, x) in um")
    z, y, x = map(float, spacing)
    return {
        "description": f"ImageJ=1.54\nimages={slices}\nslices={slices}\nunit=um\nspacing={z}\nloop=false\n",
        "resolution": (1 / x, 1 / y),
        "resolutionunit": "none",
    }


def _write_pages(path: Path, stack: NDArray, dtype: np.dtype, level: int, tags: dict[str, Any]) -> None:
    """Write each slice as a page of its own, so that no writer or reader takes slices for colors."""
    _, height, width = stack.shape
    with (
        replacing(path) as file,
        tifffile.TiffWriter(file, bigtiff=stack.size * dtype.itemsize > _CLASSIC_LIMIT, byteorder="<") as writer,
    ):
        for plane in stack:
            writer.write(
                plane.astype(dtype, copy=False),
                photometric="minisblack",
                compression="zlib",
                compressionargs={"level": level},
                rowsperstrip=min(height, max(1, _STRIP_BYTES // (width * dtype.itemsize))),
                maxworkers=worker_threads(),
                metadata=None,
                software=False,
                **tags,
            )
