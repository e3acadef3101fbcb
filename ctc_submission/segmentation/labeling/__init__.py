"""The door of the room: probabilities of a frame in, one label per cell through all slices out."""

import numpy as np

from ctc_submission.segmentation.labeling.centres import label_by_centres
from ctc_submission.segmentation.labeling.cleaning import clean_labels
from ctc_submission.segmentation.labeling.components import fill_holes, label_components, label_single
from ctc_submission.segmentation.labeling.distance import label_by_distance
from ctc_submission.segmentation.labeling.faithful import label_slices
from ctc_submission.segmentation.labeling.parameters import LabelingParameters

__all__ = ["LabelingParameters", "label_cells"]


def label_cells(
    foreground: np.ndarray, centres: np.ndarray | None = None, *, parameters: LabelingParameters
) -> np.ndarray:
    """Label the cells of a frame in 3D (paper, section 3.3).

    Parameters
    ----------
    foreground : (Z, Y, X) ndarray of float
        Probability of foreground in [0, 1]; a 2D image has Z = 1.
    centres : (Z, Y, X) ndarray of float, optional
        Heat map of cell centres in [0, 1]; needed by the method ``centres``, not used by others.
    parameters : LabelingParameters
        How cells are told apart.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        0 is background; a cell has one label in all its slices, 1 to N in scan order. With ``faithful``, labels start
        at 1 in every slice and are not unique.

    Raises
    ------
    ValueError
        If an input has another shape or values outside [0, 1], a heat map is missing, or the field of interest is
        empty.
    """
    _check_probability("foreground", foreground)
    if parameters.method == "centres":
        _check_centres(centres, foreground.shape)
    _check_field(foreground.shape, parameters.border)
    mask = np.greater(foreground, parameters.foreground_threshold, order="C")
    heat = centres if parameters.method == "centres" else None
    if parameters.faithful:
        return label_slices(mask, heat, parameters)
    if parameters.largest_hole:
        mask = fill_holes(mask, parameters.largest_hole)
    labels = _label(mask, heat, parameters)
    return clean_labels(labels, minimum_size=parameters.minimum_size, border=parameters.border, output=labels)


def _label(mask: np.ndarray, heat: np.ndarray | None, parameters: LabelingParameters) -> np.ndarray:
    if heat is not None:
        return label_by_centres(mask, heat, parameters)
    if parameters.method == "distance":
        return label_by_distance(mask, parameters)
    return label_single(mask) if parameters.method == "single" else label_components(mask)


def _check_probability(name: str, volume: np.ndarray) -> None:
    if volume.ndim != 3 or not volume.size:
        raise ValueError(f"{name} has shape {volume.shape}, expected (Z, Y, X); give a 2D image one slice, Z = 1")
    low, high = float(volume.min()), float(volume.max())
    if not 0 <= low <= high <= 1:
        raise ValueError(f"{name} has values from {low:g} to {high:g}, expected probabilities in [0, 1]")


def _check_centres(centres: np.ndarray | None, shape: tuple[int, ...]) -> None:
    if centres is None:
        raise ValueError("labeling method 'centres' needs a heat map of cell centres: give one or take another method")
    if centres.shape != shape:
        raise ValueError(f"centres has shape {centres.shape}, expected that of the foreground, {shape}")
    _check_probability("centres", centres)


def _check_field(shape: tuple[int, ...], border: int) -> None:
    _, height, width = shape
    if 2 * border >= min(height, width):
        raise ValueError(
            f"nothing of a frame of {height} x {width} pixels lies inside a border of {border}: make it less"
        )
