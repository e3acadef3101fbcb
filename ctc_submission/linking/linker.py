"""Objects of neighboring frames linked by linear assignment (Jaqaman et al. 2008, doi:10.1038/nmeth.1237)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.extras import require_extra
from ctc_submission.linking.divisions import keep_balanced_divisions
from ctc_submission.linking.lineage import Link, Node
from ctc_submission.linking.linking_parameters import LinkingParameters
from ctc_submission.linking.objects import FrameObjects

if TYPE_CHECKING:
    from laptrack import LapTrack

_MOVE = 0.6
_DIVISION = 0.8


def fit_parameters(
    frames: Sequence[FrameObjects], spacing: Spacing, parameters: LinkingParameters
) -> LinkingParameters:
    """Fill in the lengths that were not given, as parts of the median distance between neighbors.

    Where no frame holds two objects, any way is short enough.
    """
    positions = [objects.centers * spacing for objects in frames]
    between = [KDTree(centers).query(centers, k=2)[0][:, 1] for centers in positions if len(centers) > 1]
    neighbors = float(np.median(np.concatenate(between))) if between else 1 + 4 * _extent(positions)
    move, division = parameters.max_distance, parameters.max_division_distance
    return replace(
        parameters,
        max_distance=_MOVE * neighbors if move is None else move,
        max_division_distance=_DIVISION * neighbors if division is None else division,
    )


def link_objects(frames: Sequence[FrameObjects], spacing: Spacing, parameters: LinkingParameters) -> list[Link]:
    """Link the objects of a sequence.

    Objects of two frames are paired so that the sum of their squared distances is least. What then begins without a
    predecessor may be the daughter of an object in the frame before, which must lie between her daughters, or the cell
    of a track that ended.

    Parameters
    ----------
    frames : sequence of FrameObjects
        Objects of consecutive frames, in time.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    parameters : LinkingParameters
        How far cells move, every length given.

    Returns
    -------
    list of Link
        Forward in time; at most one ends at each object, and at most two begin at it.

    Raises
    ------
    OSError
        If laptrack is not installed.
    """
    solver = _solver(parameters)
    if not any(len(objects.labels) for objects in frames):
        return []
    graph = solver.predict([objects.centers * spacing for objects in frames])
    nodes = {(frame, index): _node(frames, frame, index) for frame, index in graph.nodes}
    centers = {node: frames[frame].centers[index] * spacing for (frame, index), node in nodes.items()}
    return keep_balanced_divisions([(nodes[start], nodes[end]) for start, end in graph.edges], centers)


def _extent(positions: Sequence[NDArray[np.float64]]) -> float:
    """Length of the diagonal of the box around all objects."""
    together = np.concatenate([np.zeros((1, 3)), *positions])
    return float(np.linalg.norm(np.ptp(together, axis=0)))


def _solver(parameters: LinkingParameters) -> "LapTrack":
    """Set laptrack up; any link within the distances costs less than none."""
    require_extra("tracking", "linking")
    from laptrack import LapTrack

    move = (parameters.max_distance or 0) ** 2
    division = (parameters.max_division_distance or 0) ** 2
    unlinked = 1.05 * max(move, division)
    return LapTrack.model_validate(
        {
            "cutoff": move,
            "gap_closing_cutoff": move if parameters.max_gap else False,
            "gap_closing_max_frame_count": parameters.max_gap + 1,
            "splitting_cutoff": division or False,
            "segment_start_cost": unlinked,
            "segment_end_cost": unlinked,
            "no_splitting_cost": unlinked,
        }
    )


def _node(frames: Sequence[FrameObjects], frame: int, index: int) -> Node:
    """Name an object that is given by its positions among the frames and among the objects of its frame."""
    return frames[frame].frame, int(frames[frame].labels[index])
