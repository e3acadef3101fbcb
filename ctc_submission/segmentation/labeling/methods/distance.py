"""Cells from the distance to the background: a watershed with the real voxel size (paper, section 3.3, TRIC)."""

from concurrent.futures import Executor

import numpy as np
from typing_extensions import override

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.basins import find_basins
from ctc_submission.segmentation.labeling.distance_map import smoothed_distance
from ctc_submission.segmentation.labeling.method import LabelingMethod
from ctc_submission.segmentation.labeling.separate_components import (
    Placed,
    find_separate_components,
    group_components,
    pack_components,
)
from ctc_submission.segmentation.labeling.smoothing import smoothing_margin
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


class DistanceLabeling(LabelingMethod):
    """The foreground is split where it is narrow."""

    uses = ("smoothing", "dynamics")
    needs_gaps = True

    @override
    def label(
        self, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None
    ) -> np.ndarray:
        """Label the cells of a frame by `label_by_distance`."""
        return label_by_distance(mask, parameters, executor)


METHOD = DistanceLabeling()


def label_by_distance(mask: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None) -> np.ndarray:
    """Split the foreground where it is narrow.

    Parameters
    ----------
    mask : (Z, Y, X) ndarray of bool
        The foreground.
    parameters : LabelingParameters
        Spacing, smoothing and dynamics.
    executor : Executor, optional
        Threads to share the work; the labels do not depend on them.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        0 in the background; every label is one 26-connected component. Labels start at 1 and may have gaps.
    """
    margin = smoothing_margin(parameters)
    components = find_separate_components(mask, margin, executor)

    def label(group: list[Placed]) -> tuple[np.ndarray, np.ndarray]:
        pack = pack_components(group, mask.shape, margin[1])
        distance = smoothed_distance(pack.mask, parameters)
        cells = find_basins(distance, pack.mask, dynamics=parameters.dynamics, steps=parameters.steps)
        return pack.voxels(), cells

    groups = group_components(map_ahead(components.crop, range(len(components.boxes)), executor), mask.shape)
    labels = np.zeros(mask.shape, np.int32)
    count = 0
    for voxels, cells in map_ahead(label, groups, executor):
        labels.ravel()[voxels] = cells + np.int32(count)
        count += int(cells.max())
    return labels
