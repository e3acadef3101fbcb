"""Every connected component of the foreground is a cell."""

from concurrent.futures import Executor

import numpy as np
from typing_extensions import override

from ctc_submission.segmentation.labeling.connected_components import label_components
from ctc_submission.segmentation.labeling.method import LabelingMethod
from ctc_submission.segmentation.labeling.per_slice import label_in_slice
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


class ComponentsLabeling(LabelingMethod):
    """Cells that touch are one."""

    needs_gaps = True

    @override
    def label(
        self, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None
    ) -> np.ndarray:
        """Label the cells of a frame by `connected_components.label_components`."""
        return label_components(mask, executor)

    @override
    def label_slice(self, foreground: np.ndarray, markers: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
        """Label the 4-connected components of a slice (Y, X)."""
        return label_in_slice(foreground)


METHOD = ComponentsLabeling()
