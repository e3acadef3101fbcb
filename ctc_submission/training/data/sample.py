"""What a training sample is, and what it depends on."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ctc_submission.network.architecture import Output
from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.data.truth import TRUTHS, Truth


@dataclass(frozen=True)
class SampleParameters:
    """How slices become samples."""

    outputs: tuple[Output, ...] = ("foreground",)
    """What is to be predicted, channel by channel."""
    tiles: int = 1
    """Square patches a slice is cut into, 1 (the whole slice) or 6."""
    input_size: int = 384
    """Side of the samples in pixels."""
    center_radius: float | None = 4.0
    """Radius of the discs that mark centers, in pixels of the sample; None for a third of each cell's own."""
    empty_every: int = 4
    """Of the samples without a cell only every so-many-th is kept."""
    pseudocolor: PseudocolorParameters = PseudocolorParameters()
    """How slices are colored."""
    diameter: float | None = None
    """Diameter of the cells in pixels of the sample: slices are magnified to it and cut into overlapping patches.

    Measured is the median over a frame's cells of the disc that equals the cell's largest cross-section, in the truth;
    where slices are annotated one by one, of the sections that they show.
    None: the slice, or each of six patches, is resized to the sample, whatever the size of its cells.
    """
    gap: bool = False
    """Whether touching cells are taught with a gap of two pixels between them."""
    truth: Truth = "GT"
    """Gold truth, silver truth, or gold where there is some and silver elsewhere."""
    three_view: bool = False
    """Whether whole annotated frames are also cut along y and x, where their slices are at most three pixels apart.

    Only with a diameter: what is resized to the sample as it is would show cells distorted.
    """
    unannotated: Literal["ignore", "background"] = "ignore"
    """What bright regions without a label are in slices annotated by themselves: not taught, or background."""

    def __post_init__(self) -> None:
        if self.tiles not in (1, 6):
            raise ValueError(f"tiles is {self.tiles}, expected 1 or 6")
        if self.empty_every < 1:
            raise ValueError(f"empty_every is {self.empty_every}, expected 1 or more")
        if self.diameter is not None and (self.diameter <= 0 or self.tiles != 1):
            raise ValueError(f"diameter is {self.diameter}, expected a number of pixels above 0, and tiles 1 with it")
        if self.three_view and self.diameter is None:
            raise ValueError("three_view is True without a diameter, expected one in pixels beside it: add --diameter")
        if self.pseudocolor.neighbor_distance and (self.diameter is None or not self._shows_neighbors):
            raise ValueError(
                f"neighbor_distance is {self.pseudocolor.neighbor_distance}, a share of a cell diameter that is not "
                "known, or of regions: add --diameter and --coloring intensity"
            )
        if self.truth not in TRUTHS:
            raise ValueError(f"truth is '{self.truth}', expected one of {', '.join(TRUTHS)}")
        if self.unannotated not in ("ignore", "background"):
            raise ValueError(f"unannotated is '{self.unannotated}', expected 'ignore' or 'background'")

    @property
    def _shows_neighbors(self) -> bool:
        return find_scheme(self.pseudocolor.coloring).shows_neighbors


@dataclass(frozen=True)
class Sample:
    """One image and what to predict from it, 8 bit each to hold many."""

    image: np.ndarray
    """(S, S, 3) uint8, pseudocolored."""
    target: np.ndarray
    """(S, S, C) uint8, 0 or 1, or `targets.IGNORED` where nothing is known; a channel for each output."""
