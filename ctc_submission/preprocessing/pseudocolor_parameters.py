"""How slices are pseudocolored: what configurations and model cards state of it."""

from typing import Annotated, Literal

from ctc_submission.preprocessing.colorings import COLORINGS
from ctc_submission.settings import Expected, Option, Within, one_of, settings

Normalization = Literal["channel", "image"]


@settings
class PseudocolorParameters:
    """How slices are pseudocolored: in use as in the training of the checkpoint."""

    adjacent_mean: Annotated[
        float,
        Within("a share of the slice above 0, at most 1", gt=0, le=1),
        Option("largest share of a slice that its region of interest may cover"),
    ] = 0.03
    """Largest share of a slice that its region of interest may cover; in the paper, twice the mean share of the
    foreground."""
    normalization: Annotated[
        Normalization,
        Expected("'channel' or 'image'"),
        Option("min-max normalization of each color channel, or of the whole image"),
    ] = "channel"
    """Final min-max normalization: of each channel by itself, or of the whole image at once."""
    coloring: Annotated[
        str,
        one_of(*COLORINGS),
        Option(
            "pseudocolors: neighbors add their regions of interest (as in the paper, or on one scale for the stack), "
            "their intensities, or nothing"
        ),
    ] = "region"
    """What the neighbors add: their regions of interest, as in the paper, their own intensities, or nothing.

    With 'intensity' red, green and blue are the slices z - 1, z and z + 1 on one scale for the whole stack: slices
    without cells stay dark. With 'gray' all three are the slice itself, min-max normalized, with which the paper
    compares pseudocolors. `adjacent_mean` and `normalization` play no part in either. 'stack_region' takes regions of
    interest as 'region' does, on the scale of 'intensity', without `normalization`.
    """
    neighbor_distance: Annotated[float | None, Within("a share above 0, at most 1, or None", gt=0, le=1)] = None
    """Distance to the neighbors as a share of the cell diameter; None for the adjacent slices.

    For 'intensity' with networks trained at one cell diameter: the neighbors then show the cell at the same relative
    depth, however close the slices are. At least one slice.
    """

    def neighbor_step(self, cell_diameter: float, unit: float) -> int:
        """Return how many slices away neighbors are: 1 or more.

        Parameters
        ----------
        cell_diameter : float
            In pixels.
        unit : float
            Distance of slices in pixels.
        """
        return max(1, round((self.neighbor_distance or 0) * cell_diameter / unit))
