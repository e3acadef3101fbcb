"""What a labeling method is: it turns foreground and markers into labels, and says what it needs for that."""

from abc import ABC, abstractmethod
from concurrent.futures import Executor

import numpy as np

from ctc_submission.network.architecture import Output
from ctc_submission.segmentation.labeling.per_slice import cut_slice
from ctc_submission.segmentation.labeling_parameters import LabelingParameters


class LabelingMethod(ABC):
    """A labeling method; each is the ``METHOD`` of a module of `labeling.methods`."""

    markers: Output | None = None
    """The network's output that it takes its markers from; None if the foreground is enough."""
    uses: tuple[str, ...] = ()
    """Fields of `LabelingParameters` that it uses, beside those that all methods do."""
    splits_cells: bool = True
    """Whether there may be several cells, so that their least size can be fitted."""
    needs_gaps: bool = False
    """Whether only gaps in the foreground separate touching cells, so that networks are to learn them."""

    @abstractmethod
    def label(
        self, mask: np.ndarray, markers: np.ndarray, parameters: LabelingParameters, executor: Executor | None = None
    ) -> np.ndarray:
        """Label the cells of a frame.

        Parameters
        ----------
        mask : (Z, Y, X) ndarray of bool
            The foreground.
        markers : (Z, Y, X) ndarray of float
            The network's output that the method takes its markers from, in [0, 1]; zeros if it takes none.
        parameters : LabelingParameters
            What the method uses of them.
        executor : Executor, optional
            Threads to share the work; the labels do not depend on them.

        Returns
        -------
        (Z, Y, X) ndarray of int32
            0 in the background; every label is one 26-connected component. Labels start at 1 and may have gaps.
        """

    def label_slice(self, foreground: np.ndarray, markers: np.ndarray, parameters: LabelingParameters) -> np.ndarray:
        """Label a slice by itself, as the paper's authors did: by a watershed of the distance, if not overridden.

        Parameters
        ----------
        foreground : (Y, X) ndarray of bool
            The foreground.
        markers : (Y, X) ndarray of float
            As for `label`.
        parameters : LabelingParameters
            The marker threshold; the rest is not used.

        Returns
        -------
        (Y, X) ndarray of int32 or bool
            1 to N, 0 in the background.
        """
        if self.markers is None:
            return cut_slice(foreground)
        return cut_slice(foreground, foreground & (markers > np.float32(parameters.marker_threshold)))
