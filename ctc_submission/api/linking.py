"""Masks of a recording linked over time."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ctc_submission.api.arrays import Array, check_labels, check_spacing, find_time_points
from ctc_submission.challenge.voxel_size import stated_voxel_size
from ctc_submission.linking.link import link_frames
from ctc_submission.linking.linking_parameters import LinkingParameters
from ctc_submission.linking.objects import measure_objects
from ctc_submission.linking.output import relabel


class LinkedMasks(NamedTuple):
    """Masks with labels of tracks, and the tracks."""

    masks: NDArray[np.uint16]
    """Labels in the shape of the masks given; a cell keeps its label over time."""
    tracks: NDArray[np.int64]
    """(N, 4) one row for each track, as in ``res_track.txt``: label, first and last time point, label of the parent (0
    without one)."""


def link(
    masks: Array,
    spacing: Any = None,
    *,
    max_distance: float | None = None,
    max_division_distance: float | None = None,
    max_gap: int = 0,
) -> LinkedMasks:
    """Link the objects of masks over time, as ``ctc-submission link`` does; needs the extra ``tracking``.

    Parameters
    ----------
    masks : (T, Y, X) or (T, Z, Y, X) array of integers
        Labels of each time point; 0 is background.
    spacing : (z, y, x) tuple of float, optional
        Voxel size in any unit, (y, x) for images; isotropic by default.
    max_distance, max_division_distance : float, optional
        Longest way of a cell from one time point to the next, and from a mother to her daughter, in the unit of the
        spacing; by default 0.6 and 0.8 of the median distance between neighbors. 0 for no divisions.
    max_gap : int
        Time points in which a cell may be missing and go on as a child.

    Returns
    -------
    LinkedMasks
        ``masks, tracks = link(...)``.

    Raises
    ------
    TypeError, ValueError
        If the masks are no such array, or the spacing or a distance is not positive.
    OSError
        If laptrack is not installed.
    """
    points = find_time_points(masks, None, "masks", is_movie=True)
    check_labels(points)
    size = stated_voxel_size(check_spacing(spacing, points.ndim), "stated", points.ndim)
    parameters = LinkingParameters(max_distance, max_division_distance, max_gap)
    frames = [measure_objects(points.read(point), point.index) for point in points.points]
    lineage = link_frames(frames, size.spacing, parameters).lineage
    linked = np.empty(points.array.shape, np.uint16)
    for point in points.points:
        linked[point.index] = relabel(points.read(point), point.index, lineage).reshape(linked.shape[1:])
    rows = [(track.label, track.begin, track.end, track.parent) for track in lineage.tracks]
    return LinkedMasks(linked, np.array(rows, np.int64).reshape(-1, 4))
