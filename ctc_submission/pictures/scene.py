"""What a picture shows: a frame, its result, and the reference annotation if there is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ctc_submission.pictures.worst import find_worst_slice


@dataclass(frozen=True)
class Scene:
    """A frame with its labels, all of one size."""

    name: str
    """What to call it in the title."""
    frame: NDArray
    """(Z, Y, X) intensities."""
    result: NDArray
    """(Z, Y, X) labels of the result, 0 is background."""
    reference: Mapping[int, NDArray] = field(default_factory=dict)
    """(Y, X) labels of every annotated slice, by the slice's number; empty without a reference annotation."""
    pixel_size: float | None = None
    """Edge of a pixel in y and x in micrometers, where it is known."""
    anisotropy: float = 1.0
    """Distance of slices over the edge of a pixel, for views from the side; 1 where it is not known."""

    def __post_init__(self) -> None:
        if self.result.shape != self.frame.shape:
            raise ValueError(
                f"{self.name}: the mask is {_size(self.result)}, expected {_size(self.frame)} as the frame: "
                "segment this frame, or name the folder of its masks"
            )
        for z, labels in self.reference.items():
            if labels.shape != self.frame.shape[1:] or not 0 <= z < len(self.frame):
                raise ValueError(
                    f"{self.name}: the reference of slice {z} is {_size(labels)}, "
                    f"expected a slice of {_size(self.frame)}: name the reference of this frame"
                )

    @property
    def best_slice(self) -> int:
        """The annotated slice that agrees least with the result; without annotated cells the slice with the most."""
        worst = find_worst_slice(self.reference, self.result)
        if worst is not None:
            return worst
        slices = self.reference or dict(enumerate(self.result))
        return max(slices, key=lambda z: (count_cells(slices[z]), -abs(z - len(self.frame) // 2)))


def count_cells(labels: NDArray) -> int:
    """Count the labels other than 0 in an array of any shape."""
    return int(np.count_nonzero(np.bincount(labels.ravel())[1:]))


def _size(array: NDArray) -> str:
    return " x ".join(map(str, array.shape))
