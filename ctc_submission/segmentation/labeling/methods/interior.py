"""Cells from predicted interiors: cells without their rims, which lie apart where the cells touch.

Interiors are separated as the foreground is by ``distance``, and then grown to the outline of the foreground.
"""

from concurrent.futures import Executor

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed
from typing_extensions import override

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.connected_components import label_components
from ctc_submission.segmentation.labeling.method import LabelingMethod
from ctc_submission.segmentation.labeling.methods.distance import label_by_distance
from ctc_submission.segmentation.labeling.neighborhood import TOUCHING
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


class InteriorLabeling(LabelingMethod):
    """Predicted interiors are grown to the outline of the foreground."""

    markers = "interior"
    uses = ("marker_threshold", "smoothing", "dynamics")

    @override
    def label(
        self, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None
    ) -> np.ndarray:
        """Split every component among the interiors in it; one with one interior or none is one cell.

        Where cells meet, a voxel goes to the nearest interior.
        """
        seeds = label_by_distance(mask & (markers > parameters.marker_threshold), parameters, executor)
        labels = label_components(mask, executor)
        boxes = ndimage.find_objects(labels)
        count = int(seeds.max())

        def grow(index: int) -> np.ndarray | int:
            component = labels[boxes[index]] == index + 1
            return _grow(component, seeds[boxes[index]] * component, count + index + 1, parameters.steps)

        grown = np.zeros_like(labels)
        for index, cells in enumerate(map_ahead(grow, range(len(boxes)), executor)):
            np.copyto(grown[boxes[index]], cells, where=labels[boxes[index]] == index + 1)
        return grown


METHOD = InteriorLabeling()


def _grow(component: np.ndarray, seeds: np.ndarray, alone: int, steps: tuple[float, float, float]) -> np.ndarray | int:
    """Grow the seeds of a component until they meet; without a seed it gets the label `alone`."""
    highest = int(seeds.max())
    if not highest or (seeds[seeds > 0] == highest).all():
        return highest or alone
    return watershed(ndimage.distance_transform_edt(seeds == 0, sampling=steps), seeds, TOUCHING, mask=component)
