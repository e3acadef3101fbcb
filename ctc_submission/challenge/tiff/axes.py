"""What the axes of a TIFF file mean, and how they become (Z, Y, X)."""

import re
from dataclasses import dataclass
from pathlib import Path

from numpy.typing import NDArray

_STACKS = (["X", "Y"], ["X", "Y", "Z"])
_REFUSED = {
    "T": "time points: export one file per frame",
    "C": "channels: export one file per channel",
    "S": "color samples: export one gray channel",
}


@dataclass(frozen=True)
class Axes:
    """The axes of the array in a file, in stored order."""

    names: str
    """One letter per axis: Z, Y, X, T (time), C (channel), S (color sample), Q or I (pages without a name)."""
    lengths: tuple[int, ...]
    """Number of elements along each axis."""

    def __post_init__(self) -> None:
        if len(self.names) != len(self.lengths):
            raise ValueError(f"{len(self.names)} names {self.names!r} for an array of {len(self.lengths)} axes")

    def without_singletons(self) -> "Axes":
        """Return the axes longer than 1, and Y and X in any case."""
        kept = [
            (name, length) for name, length in zip(self.names, self.lengths, strict=True) if length > 1 or name in "YX"
        ]
        return Axes("".join(name for name, _ in kept), tuple(length for _, length in kept))

    def only(self, names: str) -> "Axes":
        """Return the axes of some names, in stored order."""
        kept = [(name, length) for name, length in zip(self.names, self.lengths, strict=True) if name in names]
        return Axes("".join(name for name, _ in kept), tuple(length for _, length in kept))

    @property
    def stack_shape(self) -> tuple[int, int, int]:
        """Shape as (Z, Y, X); a 2D image has Z = 1."""
        length = dict(zip(self.names, self.lengths, strict=True))
        return length.get("Z", 1), length["Y"], length["X"]

    @property
    def fix(self) -> str:
        """How to name the axes so that the array reads as one stack; empty where no names would."""
        kept = self.without_singletons().names
        names = "".join(name if name in "ZYX" else "Z" for name in kept)
        return f", or name the axes to read them as one stack: --axes {names}" if sorted(names) in _STACKS else ""

    def __str__(self) -> str:
        return f"{self.names} of {' x '.join(map(str, self.lengths))}"


def is_guess(stored: Axes, given: str | None) -> bool:
    """Tell whether the slices of a stack are taken for such because nothing says what the pages are."""
    names = stored.without_singletons().names
    return given is None and "Z" not in names and sum(name in "QI" for name in names) == 1


def stack_axes(stored: Axes, given: str | None, path: Path) -> Axes:
    """Name the axes of a file Z, Y and X.

    Parameters
    ----------
    stored : Axes
        The axes as the file tells them. One unnamed axis (Q or I: the pages) is taken for Z.
    given : str, optional
        What the axes are instead, in stored order, for example ``ZYX``; axes of length 1 may be left out.
    path : Path
        The file, for the message.

    Returns
    -------
    Axes
        Y and X, and Z for more than one slice, in stored order.

    Raises
    ------
    ValueError
        If `given` does not fit the file, or if there are time points, channels or color samples.
    """
    axes = _named(stored, given, path)
    _check(axes, path)
    return axes


def recording_axes(stored: Axes, given: str | None, path: Path) -> Axes:
    """Name the axes of a file T, C, Z, Y and X; those are not refused that `stack_axes` cannot take, T and C.

    Parameters, result and other errors are those of `stack_axes`.
    """
    axes = _named(stored, given, path)
    if len(set(axes.names)) < len(axes.names):
        raise ValueError(f"'{path}' holds {axes}, expected each axis once: say what the axes are, such as --axes TZYX")
    _check(axes.only(re.sub("[TC]", "", axes.names)), path)
    return axes


def _named(stored: Axes, given: str | None, path: Path) -> Axes:
    """Name the axes longer than 1 as the user does, or take pages without a name for slices."""
    axes = stored.without_singletons()
    if given is not None:
        return _renamed(stored, given.upper(), path).without_singletons()
    if is_guess(stored, given):
        return Axes(axes.names.replace("Q", "Z").replace("I", "Z"), axes.lengths)
    return axes


def _renamed(stored: Axes, given: str, path: Path) -> Axes:
    for candidate in (stored, stored.without_singletons()):
        if len(given) == len(candidate.names):
            return Axes(given, candidate.lengths)
    raise ValueError(
        f"'{path}' holds {stored.without_singletons()}, but axes '{given}' name {len(given)}: give one letter per axis"
    )


def _check(axes: Axes, path: Path) -> None:
    for name, length in zip(axes.names, axes.lengths, strict=True):
        if name not in "ZYX":
            what = _REFUSED.get(name, f"images along an axis '{name}': export one stack per file")
            raise ValueError(f"'{path}' holds {axes}: found {length} {what}{axes.fix}")
    if sorted(axes.names) not in _STACKS:
        raise ValueError(f"'{path}' holds {axes}, expected YX or ZYX: say what the axes are, such as --axes ZYX")


def to_stack(array: NDArray, axes: Axes) -> NDArray:
    """Reorder an array with axes Y, X and perhaps Z to (Z, Y, X).

    Parameters
    ----------
    array : ndarray
        Values in stored order; axes of length 1 may be in it.
    axes : Axes
        What :func:`stack_axes` returned.

    Returns
    -------
    (Z, Y, X) ndarray
    """
    order = [axes.names.index(name) for name in "ZYX" if name in axes.names]
    return array.reshape(axes.lengths).transpose(order).reshape(axes.stack_shape)
