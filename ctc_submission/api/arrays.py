"""Arrays as they are handed over: which axes they have, and their time points, each read when it is asked for."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_IMAGES = {2: "YX", 3: "ZYX", 4: "TZYX"}
_MOVIES = {3: "TYX", 4: "TZYX"}
_KNOWN = ("YX", "ZYX", "TYX", "TZYX")


class Array(Protocol):
    """An array of numpy, dask, zarr, or another library that indexes along the first axis."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        ...

    @property
    def dtype(self) -> Any:
        """Type of the numbers."""
        ...

    def __getitem__(self, index: Any, /) -> Any:
        """Return a part."""
        ...


@dataclass(frozen=True)
class TimePoint:
    """A time point of an array."""

    name: str
    """What messages call it."""
    index: int
    """Its position along the time axis, 0 where there is none."""


@dataclass(frozen=True)
class TimePoints:
    """The time points of an array with known axes."""

    array: Array
    """The array."""
    axes: str
    """``YX``, ``ZYX``, ``TYX`` or ``TZYX``."""
    name: str
    """What messages call the array."""

    @property
    def points(self) -> list[TimePoint]:
        """All time points; an array without a time axis is one."""
        if "T" not in self.axes:
            return [TimePoint(self.name, 0)]
        return [TimePoint(f"time point {index} of {self.name}", index) for index in range(self.array.shape[0])]

    @property
    def ndim(self) -> int:
        """2 or 3: dimensions of a time point."""
        return 3 if "Z" in self.axes else 2

    @property
    def stack_shape(self) -> tuple[int, int, int]:
        """Shape (Z, Y, X) of each time point; Z is 1 for images."""
        *_, y, x = self.array.shape
        return (self.array.shape[-3] if "Z" in self.axes else 1, y, x)

    def read(self, point: TimePoint) -> NDArray:
        """Read a time point as (Z, Y, X), in native byte order and C order."""
        part = np.asarray(self.array[point.index] if "T" in self.axes else self.array[...])
        return np.ascontiguousarray(part, part.dtype.newbyteorder("=")).reshape(self.stack_shape)


def find_time_points(array: Array, axes: str | None, name: str, *, is_movie: bool = False) -> TimePoints:
    """Tell the axes of an array.

    Parameters
    ----------
    array : array
        Of 2, 3 or 4 axes, none of them empty.
    axes : str or None
        ``YX``, ``ZYX``, ``TYX`` or ``TZYX``; None for what the number of axes says: (Y, X), (Z, Y, X), (T, Z, Y, X).
    name : str
        What messages call the array, such as ``stack``.
    is_movie : bool
        Whether three axes are (T, Y, X) unless `axes` says otherwise.

    Raises
    ------
    TypeError
        If it is no array, or `axes` no text.
    ValueError
        If it has another number of axes, is empty, or `axes` are not those of such an array.
    """
    if not all(hasattr(array, attribute) for attribute in ("shape", "dtype", "__getitem__")):
        raise TypeError(f"{name} is {type(array).__name__}, expected an array: make one of it with numpy.asarray")
    shape, usual = tuple(array.shape), _MOVIES if is_movie else _IMAGES
    if axes is not None and not isinstance(axes, str):
        raise TypeError(f"axes is {axes!r}, expected one of {', '.join(_KNOWN)}")
    if axes is None and len(shape) not in usual:
        expected = " or ".join(f"({', '.join(each)})" for each in usual.values())
        raise ValueError(
            f"{name} has {len(shape)} axes (shape {shape}), expected {expected}: take one channel and one recording"
        )
    chosen = usual[len(shape)] if axes is None else axes.upper()
    allowed = [each for each in _KNOWN if "T" in each or not is_movie]
    if chosen not in allowed or len(chosen) != len(shape):
        raise ValueError(
            f"axes is '{axes}' for {name} of shape {shape}, expected one of {', '.join(allowed)}, "
            "a letter for each axis"
        )
    if 0 in shape:
        raise ValueError(f"{name} is empty (shape {shape}), expected at least one voxel")
    return TimePoints(array, chosen, name)


def check_labels(labels: TimePoints) -> None:
    """Check that an array holds whole numbers.

    Raises
    ------
    TypeError
        If it does not.
    """
    if np.dtype(labels.array.dtype).kind not in "iu":
        raise TypeError(
            f"{labels.name} holds {labels.array.dtype}, expected integer labels, 0 for background: label the objects "
            "first, as by scipy.ndimage.label"
        )


def check_spacing(spacing: Any, ndim: int) -> tuple[float, float, float] | None:
    """Check a voxel size and make it (z, y, x); images may have (y, x).

    Raises
    ------
    TypeError
        If it is not a sequence of numbers.
    ValueError
        If it has another length, or an edge is not positive.
    """
    if spacing is None:
        return None
    expected = "(z, y, x)" if ndim == 3 else "(z, y, x) or (y, x)"
    try:
        edges = tuple(float(edge) for edge in spacing)
    except (TypeError, ValueError):
        raise TypeError(f"spacing is {spacing!r}, expected the edges {expected} of a voxel, as numbers") from None
    if ndim == 2 and len(edges) == 2:
        edges = (1.0, *edges)
    if len(edges) != 3 or not all(np.isfinite(edge) and edge > 0 for edge in edges):
        raise ValueError(f"spacing is {spacing!r}, expected the edges {expected} of a voxel, all above 0")
    z, y, x = edges
    return z, y, x
