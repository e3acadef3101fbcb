"""What may be chosen when probabilities are turned into labels."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from ctc_submission.settings import settings

LabelingMethod = Literal["centers", "interior", "distance", "single", "components"]
MARKERS: Mapping[LabelingMethod, Literal["centers", "interior"]] = MappingProxyType(
    {"centers": "centers", "interior": "interior"}
)
"""The network's output that a method takes its markers from, where it takes any."""
_Probability = Annotated[float, Field(ge=0, lt=1, description="a probability in [0, 1)")]
_Share = Annotated[float, Field(gt=0, le=1, description="a part in (0, 1]")]
_Length = Annotated[float, Field(ge=0, description="a number, 0 or more")]
_Count = Annotated[int, Field(ge=0, description="a whole number, 0 or more")]
_Edge = Annotated[float, Field(gt=0)]


@settings
class LabelingParameters:
    """How touching cells are separated.

    Lengths are in pixels, the shortest edge of a voxel: with a spacing of (6, 1.5, 1.5), slices are 4 pixels apart.
    """

    method: LabelingMethod = "distance"
    """``centers``: watershed from predicted centers. ``interior``: predicted interiors
    (cells without their rims), grown to the outline of the foreground. ``distance``: watershed of
    the distance to the background. ``single``: the largest connected component is the one cell. ``components``: every
    connected component is a cell."""
    foreground_threshold: _Probability = 0.5
    """Voxels whose foreground probability exceeds this are foreground (paper, section 3.3)."""
    marker_threshold: _Probability = 0.5
    """Voxels whose probability of a center, or of an interior, exceeds this belong to one; for ``centers`` and
    ``interior``."""
    marker_dynamics: _Length = 0.3
    """A local maximum of the center heatmap that rises no more than this above the saddle to a higher one is no center
    of its own; for ``centers``."""
    stitch_overlap: _Share = 0.5
    """Least overlap of two sections in neighboring slices that belong to one cell, as a share of the smaller one; for
    ``centers``."""
    spacing: Annotated[tuple[_Edge, _Edge, _Edge] | None, Field(description="three positive numbers (z, y, x)")] = None
    """Voxel size (z, y, x) in any unit; only the ratios matter. None: that of the file, or of the dataset; else
    isotropic voxels are assumed, with a warning."""
    smoothing: _Length = 1.0
    """Standard deviation in pixels of the Gaussian that smooths the distance map and the center heatmap; 0 for
    none."""
    dynamics: _Length = 0.75
    """A local maximum of the distance map that rises no more than this, in pixels, above the saddle to a higher one is
    no cell of its own; for ``distance`` and ``interior``, and in slices for ``centers``. The
    voxel grid alone makes maxima that rise by up to 0.7."""
    minimum_size: _Count = 0
    """In voxels of the frame; a smaller component is merged with the neighbor it touches most, and removed if it
    touches none."""
    largest_hole: _Count = 0
    """Holes in a slice of up to N pixels become foreground before cells are separated. ``single`` fills all
    holes."""
    field_margin: _Count = 0
    """Width of the field-of-interest margin in pixels of x and y: cells wholly in it are removed."""
    per_slice: bool = False
    """Label slice by slice as the paper's authors did, for comparison: labels start at 1 in every slice."""

    @property
    def steps(self) -> tuple[float, float, float]:
        """Edges (z, y, x) of a voxel in pixels: the finest is 1."""
        z, y, x = self.spacing or (1.0, 1.0, 1.0)
        finest = min(z, y, x)
        return z / finest, y / finest, x / finest
