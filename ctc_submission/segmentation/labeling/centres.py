"""Cells from predicted centres (paper, section 3.3, Fluo-C3DL-MDA231), joined through the slices.

The network predicts centres slice by slice. So every slice is cut by a watershed from its centres, as in the paper, and
the sections of a cell in neighbouring slices are known by their overlap. That asks less than centres that touch: in
thick slices the centre of a cell that lies askew jumps from slice to slice. Foreground without a centre in its slice
is flooded in 3D from the sections around it.
"""

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from ctc_submission.segmentation.labeling.basins import label_basins
from ctc_submission.segmentation.labeling.boxes import inside, widen
from ctc_submission.segmentation.labeling.components import label_components
from ctc_submission.segmentation.labeling.distance import label_by_distance, smoothed_distance
from ctc_submission.segmentation.labeling.linking import link_sections
from ctc_submission.segmentation.labeling.neighbours import TOUCHING
from ctc_submission.segmentation.labeling.parameters import LabelingParameters
from ctc_submission.segmentation.labeling.smoothing import smooth, smoothing_margin


def label_by_centres(mask: np.ndarray, centres: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Split every connected piece of the foreground among the centres in it.

    A piece with one centre or none is one cell.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    centres : (Z, Y, X) ndarray of float
        Heat map of the centres, in [0, 1].
    parameters : LabelingParameters
        What concerns centres, smoothing and spacing.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        0 in the background; every label is one 26-connected piece. Labels start at 1 and may have gaps.
    """
    labels = label_components(mask)
    boxes = ndimage.find_objects(labels)
    count = len(boxes)
    for number, tight in enumerate(boxes, start=1):
        box = widen(tight, (1, 1, 1), mask.shape)
        piece = labels[box] == number
        wide = widen(box, smoothing_margin(parameters), mask.shape)
        if centres[wide].max() <= parameters.marker_threshold:
            continue
        heat = np.stack([smooth(of_slice[np.newaxis], parameters)[0] for of_slice in centres[wide]])
        sections = cut_slices(piece, heat[inside(box, wide)], parameters)
        if sections.max() > 1:
            cells = _flood(piece, piece, link_sections(piece, sections, parameters.link_overlap), parameters)
            labels[box][piece] = cells[piece] + count
            count += int(cells.max())
    return labels


def cut_slices(piece: np.ndarray, heat: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Cut every slice of a piece by a watershed of the distance in that slice, from the slice's centres.

    Centres are where the heat exceeds the marker threshold; one that has several summits, as told by their dynamics,
    is several centres. What the distance alone would part from all centres of the slice stays open: it may well be a
    cell whose centre the network has missed there.

    Parameters
    ----------
    piece : (Z, Y, X) ndarray of bool
        A connected piece of the foreground.
    heat : (Z, Y, X) ndarray of float
        Smoothed heat map.
    parameters : LabelingParameters
        What concerns centres, smoothing and spacing.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        Sections 1 to N, unique in the piece and rising with z; 0 where they are not known.
    """
    sections = np.zeros(piece.shape, np.int32)
    is_centre = piece & (heat > parameters.marker_threshold)
    for z in np.flatnonzero(is_centre.any(axis=(1, 2))):
        here = slice(z, z + 1)
        markers = label_basins(heat[here], is_centre[here], dynamics=parameters.marker_dynamics, steps=parameters.steps)
        markers[markers > 0] += sections.max()
        parts = label_by_distance(piece[here], parameters)
        has_centre = np.isin(parts, parts[markers > 0])
        sections[here] = _flood(piece[here], has_centre, markers, parameters)
    return sections


def _flood(piece: np.ndarray, part: np.ndarray, markers: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Flood a part of a piece from the markers, by the piece's distance: cells meet where the foreground is narrow.

    Every connected piece of the part holds a marker, so a single one gets it all.
    """
    highest = markers.max()
    if (markers[markers > 0] == highest).all():
        return part * highest
    return watershed(-smoothed_distance(piece, parameters), markers, TOUCHING, mask=part)
