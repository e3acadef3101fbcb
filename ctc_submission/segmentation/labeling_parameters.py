"""What may be chosen when probabilities are turned into labels."""

from dataclasses import replace
from typing import Annotated, Literal

from ctc_submission.settings import Expected, Option, Within, settings

MethodName = Literal["centers", "interior", "distance", "single", "components"]
"""Labeling methods: each is a module of `labeling.methods`, which says what it needs."""
_Probability = Annotated[float, Within("a probability in [0, 1)", ge=0, lt=1)]
_Part = Annotated[float, Within("a part in [0, 1)", ge=0, lt=1)]
_Share = Annotated[float, Within("a part in (0, 1]", gt=0, le=1)]
_Length = Annotated[float, Within("a number, 0 or more", ge=0)]
_Count = Annotated[int, Within("a whole number, 0 or more", ge=0)]
_Edge = Annotated[float, Within("a positive number", gt=0)]


@settings
class LabelingParameters:
    """How touching cells are separated.

    Lengths are in pixels, the shortest edge of a voxel: with a spacing of (6, 1.5, 1.5), slices are 4 pixels apart.
    """

    method: Annotated[MethodName, Option("how touching cells are separated")] = "distance"
    """``centers``: watershed from predicted centers. ``interior``: predicted interiors
    (cells without their rims), grown to the outline of the foreground. ``distance``: watershed of
    the distance to the background. ``single``: the largest connected component is the one cell. ``components``: every
    connected component is a cell."""
    foreground_threshold: Annotated[_Probability, Option("probability above which a voxel is foreground")] = 0.5
    """Voxels whose foreground probability exceeds this are foreground (paper, section 3.3)."""
    marker_threshold: Annotated[
        _Probability,
        Option("probability above which a voxel belongs to a center, or to an interior"),
    ] = 0.5
    """Voxels whose probability of a center, or of an interior, exceeds this belong to one; for ``centers`` and
    ``interior``."""
    marker_dynamics: Annotated[
        _Length,
        Option("how far a maximum of the center heatmap must rise above its saddle to be a center"),
    ] = 0.3
    """A local maximum of the center heatmap that rises no more than this above the saddle to a higher one is no center
    of its own; for ``centers``."""
    stitch_overlap: Annotated[
        _Share,
        Option("least overlap, as a share of the smaller section, that joins sections of neighboring slices"),
    ] = 0.5
    """Least overlap of two sections in neighboring slices that belong to one cell, as a share of the smaller one; for
    ``centers``."""
    spacing: Annotated[
        tuple[_Edge, _Edge, _Edge] | None,
        Expected("three positive numbers (z, y, x)"),
        Option("voxel size; also as 2,0.5,0.5 (default: that of the files)", ("Z", "Y", "X"), any_network=True),
    ] = None
    """Voxel size (z, y, x) in any unit; only the ratios matter. None: that of the file, or of the dataset; else
    isotropic voxels are assumed, with a warning."""
    smoothing: Annotated[
        _Length,
        Option("Gaussian smoothing of the distance map or center heatmap, in pixels"),
    ] = 1.0
    """Standard deviation in pixels of the Gaussian that smooths the distance map and the center heatmap; 0 for
    none."""
    dynamics: Annotated[
        _Length,
        Option("how far a maximum of the distance map must rise above its saddle to be a cell, in pixels"),
    ] = 0.75
    """A local maximum of the distance map that rises no more than this, in pixels, above the saddle to a higher one is
    no cell of its own; for ``distance`` and ``interior``, and in slices for ``centers``. The
    voxel grid alone makes maxima that rise by up to 0.7."""
    minimum_size: Annotated[_Count, Option("smaller components are merged with a neighbor or removed", "VOXELS")] = 0
    """In voxels of the frame; a smaller component is merged with the neighbor it touches most, and removed if it
    touches none."""
    minimum_confidence: Annotated[
        _Probability, Option("cells with a lower mean foreground probability are removed")
    ] = 0.0
    """Cells whose mean foreground probability is lower are removed; 0 keeps all."""
    minimum_contrast: Annotated[
        _Part, Option("cells that stand out less, as a share of what is usual in the frame, are removed", "SHARE")
    ] = 0.0
    """Cells are removed whose mean intensity, less that of the background around them, is a smaller share of what half
    of all cell voxels have; 0 keeps all."""
    largest_hole: Annotated[_Count, Option("fill holes in a slice up to this size", "PIXELS")] = 0
    """Holes in a slice of up to N pixels become foreground before cells are separated. ``single`` fills all
    holes."""
    field_margin: Annotated[
        _Count, Option("field-of-interest margin; cells wholly in it are removed", "PIXELS", any_network=True)
    ] = 0
    """Width of the field-of-interest margin in pixels of x and y: cells wholly in it are removed."""
    per_slice: Annotated[bool, Option("label slice by slice, as in the paper, for comparison", any_network=True)] = (
        False
    )
    """Label slice by slice as the paper's authors did, for comparison: labels start at 1 in every slice."""

    def at_least(self, size: int) -> "LabelingParameters":
        """Return the same with a minimum size of so many voxels at least."""
        return replace(self, minimum_size=max(self.minimum_size, size))

    @property
    def steps(self) -> tuple[float, float, float]:
        """Edges (z, y, x) of a voxel in pixels: the finest is 1."""
        z, y, x = self.spacing or (1.0, 1.0, 1.0)
        finest = min(z, y, x)
        return z / finest, y / finest, x / finest
