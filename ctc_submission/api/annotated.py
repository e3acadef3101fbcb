"""Annotated arrays, laid down as a dataset of the challenge: what fine-tuning reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.api.arrays import Array, TimePoint, TimePoints, check_labels, find_time_points
from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.challenge.intensities import as_intensities
from ctc_submission.training.data.source_folders import Source

NOT_ANNOTATED = -1
"""Value of masks, in whole slices that are not annotated."""
_MOST = 65535


def write_annotated(
    folder: Path,
    images: Array | Sequence[Array],
    masks: Array | Sequence[Array],
    spacing: tuple[float, float, float] | None,
    axes: str | None,
) -> Source:
    """Write frames and their masks.

    Parameters
    ----------
    folder : Path
        Folder of the dataset; frames and masks of an earlier call are replaced.
    images : array, or sequence of arrays
        A recording, a stack or an image, see `arrays.find_time_points`; or several stacks or images, of any sizes.
    masks : array, or sequence of arrays
        Likewise: integers, 0 for background, -1 throughout a slice that is not annotated.
    spacing : tuple of float, optional
        Voxel size (z, y, x).
    axes : str, optional
        ``TYX`` for a recording of images.

    Returns
    -------
    Source

    Raises
    ------
    TypeError
        If images are no numbers, or masks no integers.
    ValueError
        If masks have other shapes than images, or hold -1 in a part of a slice, or no slice is annotated.
    OSError
        If a file cannot be written.
    """
    pairs = _pair(_frames(images, "images", axes), _frames(masks, "masks", axes))
    truth = folder / "01_GT" / "SEG"
    for part, pattern in ((folder / "01", "t*.tif"), (truth, "man_seg*.tif")):
        part.mkdir(parents=True, exist_ok=True)
        for path in part.glob(pattern):
            path.unlink()
    annotated = 0
    for number, ((stacks, point), (labels, of_labels)) in enumerate(pairs):
        image = _to_keep(as_intensities(stacks.read(point), point.name))
        write_frame(folder / "01" / f"t{number:03d}.tif", image, spacing=spacing)
        annotated += _write_truth(truth, number, labels.read(of_labels), of_labels.name, stacks.ndim)
    if not annotated:
        raise ValueError("masks are -1 throughout, not annotated: expected labels above 0 in some slices")
    return Source(folder, "01")


_Frame = tuple[TimePoints, TimePoint]


def _frames(given: Any, name: str, axes: str | None) -> list[_Frame]:
    """List the time points of an array, or of several."""
    arrays = (
        [find_time_points(one, axes, f"{name}[{index}]") for index, one in enumerate(given)]
        if isinstance(given, (list, tuple))
        else [find_time_points(given, axes, name)]
    )
    return [(points, point) for points in arrays for point in points.points]


def _pair(images: list[_Frame], masks: list[_Frame]) -> list[tuple[_Frame, _Frame]]:
    if len(images) != len(masks):
        raise ValueError(f"{len(images)} frames in images and {len(masks)} in masks, expected a mask for each frame")
    for (stacks, point), (labels, of_labels) in zip(images, masks, strict=True):
        check_labels(labels)
        if (stacks.stack_shape, stacks.ndim) != (labels.stack_shape, labels.ndim):
            raise ValueError(
                f"{of_labels.name} is {labels.stack_shape} (z, y, x), expected {stacks.stack_shape} as {point.name}"
            )
    return list(zip(images, masks, strict=True))


def _to_keep(stack: NDArray) -> NDArray:
    """Scale what is not of 8 or 16 bit to 16 bit, frame by frame: networks see no more of it."""
    if stack.dtype.name in ("uint8", "uint16"):
        return stack
    low, high = float(stack.min()), float(stack.max())
    return np.rint((stack - low) * (_MOST / max(high - low, np.finfo(float).tiny))).astype(np.uint16)


def _write_truth(folder: Path, number: int, labels: NDArray, name: str, ndim: int) -> int:
    """Write a mask as a whole, or its annotated slices; return how many slices are annotated."""
    unknown = labels == NOT_ANNOTATED
    single = unknown.all(axis=(1, 2))
    if labels.min() < NOT_ANNOTATED or unknown[~single].any():
        raise ValueError(
            f"{name} holds labels below 0 in a part of a slice, expected 0 or more, or -1 throughout a slice that is "
            "not annotated"
        )
    if not single.any():
        write_mask(folder / f"man_seg{number:03d}.tif", labels, ndim=ndim)
    else:
        for z in np.flatnonzero(~single):
            write_mask(folder / f"man_seg_{number:03d}_{z:03d}.tif", labels[z : z + 1], ndim=2)
    return int((~single).sum())
