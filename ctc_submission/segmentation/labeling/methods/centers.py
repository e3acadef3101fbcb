"""Cells from predicted centers (paper, section 3.3, Fluo-C3DL-MDA231), joined through the slices.

The network predicts centers slice by slice. So every slice is cut by a watershed from its centers, as in the paper, and
the sections of a cell in neighboring slices are known by their overlap. This requires less than touching centers: in
thick slices the center of an oblique cell jumps from slice to slice. Foreground without a center in its slice
is flooded in 3D from the sections around it.
"""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed
from typing_extensions import override

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.basins import label_basins
from ctc_submission.segmentation.labeling.connected_components import label_components
from ctc_submission.segmentation.labeling.distance_map import smoothed_distance
from ctc_submission.segmentation.labeling.method import LabelingMethod
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING, inside, widen
from ctc_submission.segmentation.labeling.smoothing import smooth_slices, smoothing_margin
from ctc_submission.segmentation.labeling.stitching import stitch_sections
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


class CentersLabeling(LabelingMethod):
    """The foreground is split among predicted centers."""

    markers = "centers"
    uses = ("marker_threshold", "marker_dynamics", "stitch_overlap", "smoothing", "dynamics")

    @override
    def label(
        self, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None
    ) -> np.ndarray:
        """Split every component among the centers in it; one with one center or none is one cell."""
        labels = label_components(mask, executor)
        boxes = [widen(tight, (1, 1, 1), mask.shape) for tight in ndimage.find_objects(labels)]
        count = len(boxes)

        def split(index: int) -> np.ndarray | None:
            box = boxes[index]
            wide = widen(box, smoothing_margin(parameters), mask.shape)
            heat = markers[wide].astype(np.promote_types(markers.dtype, np.float32), copy=False)
            if heat.max() <= parameters.marker_threshold:
                return None
            return _split(labels[box] == index + 1, smooth_slices(heat, parameters)[inside(box, wide)], parameters)

        for box, cells in zip(boxes, map_ahead(split, range(count), executor), strict=True):
            if cells is not None:
                np.add(cells, count, out=labels[box], where=cells > 0)
                count += int(cells.max())
        return labels


METHOD = CentersLabeling()


def _split(component: np.ndarray, heat: np.ndarray, parameters: LabelingParameters) -> np.ndarray | None:
    """Split a component among the centers in it, to cells from 1; None if it is one cell."""
    sections = cut_slices(component, heat, parameters)
    if sections.max() <= 1:
        return None
    cells = stitch_sections(component, sections, parameters.stitch_overlap)
    return _flood(smoothed_distance(component, parameters), cells, component) if cells.max() > 1 else None


def cut_slices(component: np.ndarray, heat: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
    """Cut every slice of a component by a watershed of the distance in that slice, from the slice's centers.

    Centers are where the heatmap exceeds the marker threshold; one with several local maxima of enough dynamics is
    several centers. What the distance alone would separate from all centers of the slice stays open: it may be a cell
    whose center the network missed there.

    Parameters
    ----------
    component : (Z, Y, X) ndarray of bool
        A connected component of the foreground.
    heat : (Z, Y, X) ndarray of float
        Smoothed center heatmap.
    parameters : LabelingParameters
        What concerns centers, smoothing and spacing.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        Sections 1 to N, unique in the component and rising with z; 0 where they are not known.
    """
    sections = np.zeros(component.shape, np.int32)
    is_center = component & (heat > parameters.marker_threshold)
    for z in np.flatnonzero(is_center.any(axis=(1, 2))):
        here = slice(z, z + 1)
        markers = label_basins(heat[here], is_center[here], dynamics=parameters.marker_dynamics, steps=parameters.steps)
        markers[markers > 0] += sections.max()
        distance = smoothed_distance(component[here], parameters)
        parts = label_basins(distance, component[here], dynamics=parameters.dynamics, steps=parameters.steps)
        has_center = np.isin(parts, parts[markers > 0])
        sections[here] = _flood(distance, markers, has_center)
    return sections


def _flood(distance: np.ndarray, markers: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Flood a part of a component from the markers, by its distance map: cells meet where the foreground is narrow.

    Every connected component of the part holds a marker, so a single marker gets it all.
    """
    highest = markers.max()
    if (markers[markers > 0] == highest).all():
        return part * highest
    return watershed(-distance, markers, TOUCHING, mask=part)
