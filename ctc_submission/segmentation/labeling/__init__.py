"""Labeling, the public entry point: probabilities of a frame in, one label per cell through all slices out."""

from concurrent.futures import Executor

import numpy as np

from ctc_submission.segmentation.labeling.cleaning import clean_labels
from ctc_submission.segmentation.labeling.confidence import remove_uncertain
from ctc_submission.segmentation.labeling.contrast import remove_faint
from ctc_submission.segmentation.labeling.holes import fill_holes
from ctc_submission.segmentation.labeling.method import LabelingMethod
from ctc_submission.segmentation.labeling.methods import find_method
from ctc_submission.segmentation.labeling_parameters import LabelingParameters, MethodName

__all__ = ["LabelingParameters", "label_cells"]

_HALF_ONE = np.float16(1).view(np.uint16)
"""The bits of 1: read as whole numbers, those of 0 to 1 are no higher, and numpy is slow at comparing halves."""


def label_cells(
    foreground: np.ndarray,
    markers: np.ndarray | None = None,
    image: np.ndarray | None = None,
    *,
    parameters: LabelingParameters,
    executor: Executor | None = None,
) -> np.ndarray:
    """Label the cells of a frame in 3D (paper, section 3.3).

    Beside its inputs it takes the memory of the labels, of the mask where probabilities are given, and scratch that
    grows with the foreground and not with the frame.

    Parameters
    ----------
    foreground : (Z, Y, X) ndarray of float, bool or uint8
        Probability of foreground in [0, 1]; or, as bool or uint8 of 0 and 1, the foreground itself, which takes no
        copy where it is in C order; how sure the network is of a cell (``minimum_confidence``) is not known then. A 2D
        image has Z = 1.
    markers : (Z, Y, X) ndarray of float, optional
        Center heatmap or probability of interiors, in [0, 1]; needed by the methods ``centers`` and ``interior``, not
        used by others. float16 saves memory and is computed with as float32.
    image : (Z, Y, X) ndarray of uint8, uint16 or float, optional
        Intensities, needed where cells are judged by their contrast (``minimum_contrast``), not used otherwise.
    parameters : LabelingParameters
        How touching cells are separated.
    executor : Executor, optional
        Threads to share the work, none of which may be waiting for this call; the labels do not depend on them.
        ``per_slice`` does without.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        0 is background; a cell has one label in all its slices, 1 to N in scan order. With ``per_slice``, labels start
        at 1 in every slice and are not unique.

    Raises
    ------
    ValueError
        If an input has another shape or values outside [0, 1], markers or intensities that are needed are missing, or
        the field of interest is empty.
    """
    _check_probability("foreground", foreground)
    method = find_method(parameters.method)
    markers = _checked_markers(parameters.method, markers, foreground.shape)
    if parameters.minimum_contrast and (image is None or image.shape != foreground.shape):
        found = "is missing" if image is None else f"has shape {image.shape}"
        raise ValueError(f"image {found}, and cells are judged by their contrast: expected {foreground.shape}")
    _check_field(foreground.shape, parameters.field_margin)
    mask = _mask(foreground, parameters.foreground_threshold)
    if parameters.per_slice:
        return _label_slices(method, mask, markers, parameters)
    if parameters.largest_hole:
        mask = fill_holes(mask, parameters.largest_hole, executor)
    labels = method.label(mask, markers, parameters, executor)
    clean_labels(
        labels,
        minimum_size=parameters.minimum_size,
        field_margin=parameters.field_margin,
        output=labels,
        executor=executor,
    )
    if parameters.minimum_confidence and not _is_mask(foreground):
        remove_uncertain(labels, foreground, parameters.minimum_confidence)
    if parameters.minimum_contrast and image is not None:
        remove_faint(labels, image, parameters.minimum_contrast)
    return labels


def _label_slices(
    method: LabelingMethod, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters
) -> np.ndarray:
    """Label every slice by itself, without cleaning."""
    labels = np.zeros(mask.shape, np.int32)
    for z, foreground in enumerate(mask):
        labels[z] = method.label_slice(foreground, markers[z], parameters)
    return labels


def _mask(foreground: np.ndarray, threshold: float) -> np.ndarray:
    """Return the foreground in C order: where it is above the threshold, or a mask as it is."""
    if _is_mask(foreground):
        return np.ascontiguousarray(foreground).view(bool)
    return np.greater(foreground, threshold, order="C")


def _is_mask(foreground: np.ndarray) -> bool:
    return foreground.dtype in (bool, np.uint8)


def _check_probability(name: str, volume: np.ndarray) -> None:
    if volume.ndim != 3 or not volume.size:
        raise ValueError(f"{name} has shape {volume.shape}, expected (Z, Y, X); give a 2D image one slice, Z = 1")
    if volume.dtype == bool or (volume.dtype == np.float16 and volume.view(np.uint16).max() <= _HALF_ONE):
        return
    low, high = float(volume.min()), float(volume.max())
    if not 0 <= low <= high <= 1:
        raise ValueError(f"{name} has values from {low:g} to {high:g}, expected probabilities in [0, 1]")


def _checked_markers(name: MethodName, markers: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
    """Return the markers that a method takes; zeros, in no memory, if it takes none."""
    if find_method(name).markers is None:
        return np.broadcast_to(np.float32(0), shape)
    if markers is None:
        raise ValueError(f"labeling method '{name}' needs a map of markers: give one or choose another method")
    if markers.shape != shape:
        raise ValueError(f"markers has shape {markers.shape}, expected that of the foreground, {shape}")
    _check_probability("markers", markers)
    return markers


def _check_field(shape: tuple[int, ...], field_margin: int) -> None:
    _, height, width = shape
    if 2 * field_margin >= min(height, width):
        raise ValueError(
            f"no pixel of a frame of {height} x {width} lies inside a margin of {field_margin}: decrease field_margin"
        )
