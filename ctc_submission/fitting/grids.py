"""Which values are tried for the parameters of each labeling method."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ctc_submission.segmentation.labeling.methods import find_method, plays_a_part
from ctc_submission.segmentation.labeling_parameters import LabelingParameters

GRIDS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "foreground_threshold": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        "marker_threshold": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        "marker_dynamics": (0.02, 0.05, 0.1, 0.2, 0.3, 0.4),
        "dynamics": (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0),
        "smoothing": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
        "minimum_size": (0, 10, 30, 50, 100, 200, 400),
    }
)
"""Values by the name of the field of `LabelingParameters`, ascending; names in the order in which they are fitted.

Thresholds end at 0.1: what suits one recording's background below that will not suit another's.
"""


def grids_for(parameters: LabelingParameters, reach: int | None = None) -> dict[str, tuple[Any, ...]]:
    """Choose what is tried around a start.

    Parameters
    ----------
    parameters : LabelingParameters
        Where the search starts; its values are among those that are tried.
    reach : int, optional
        Try values so many steps below and above the start's at most; all if not given.

    Returns
    -------
    dict of str to tuple
        Values by the name of each parameter that the labeling method uses, ascending.

    Raises
    ------
    ValueError
        If slices are to be labeled as the paper's authors did, which leaves little to fit.
    """
    if parameters.per_slice:
        raise ValueError("labels of single slices (per_slice) are not one label a cell: fit without --per-slice")
    fits_size = find_method(parameters.method).splits_cells
    names = (name for name in GRIDS if plays_a_part(name, parameters.method))
    return {
        name: _around(GRIDS[name], getattr(parameters, name), reach)
        for name in names
        if fits_size or name != "minimum_size"
    }


def _around(grid: tuple[Any, ...], start: Any, reach: int | None) -> tuple[Any, ...]:
    """Put a start among the values of a grid, and keep those near it."""
    values = tuple(sorted({*grid, start}))
    if reach is None:
        return values
    here = values.index(start)
    return values[max(0, here - reach) : here + reach + 1]
