"""What a file holds, whatever its format: time points and channels of one image or stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from numpy.typing import NDArray

from ctc_submission.challenge.files import FrameInfo


@dataclass(frozen=True)
class Layout:
    """What the headers of a file tell."""

    info: FrameInfo
    """One time point of one channel: size, type and voxel size."""
    times: int
    """Number of time points."""
    channels: tuple[str, ...]
    """Names of the channels, empty ones where the file names none; one at least."""
    scenes: tuple[str, ...] = ("",)
    """Names of the scenes (images, series, positions) of the file, likewise."""


class RecordingFile(Protocol):
    """A file whose headers were read."""

    @property
    def layout(self) -> Layout:
        """What it holds."""
        ...

    def read(self, time: int, channel: int) -> NDArray:
        """Read a time point of a channel, by their numbers, as (Z, Y, X) in native byte order; nothing else is read."""
        ...


def choose_channel(layout: Layout, wanted: str | None) -> int:
    """Find a channel by its number, from 0, or its name.

    Raises
    ------
    ValueError
        As `choose_named`.
    """
    return choose_named(layout.info.path, "channel", layout.channels, wanted)


def choose_named(path: Path, kind: str, names: Sequence[str], wanted: str | None) -> int:
    """Find one of several parts of a file by its number, from 0, or its name.

    Parameters
    ----------
    path : Path
        The file, for messages.
    kind : str
        What the parts are, and the option that chooses one: ``channel`` or ``scene``.
    names : sequence of str
        Names of all parts.
    wanted : str, optional
        Which one; None where there must be one.

    Raises
    ------
    ValueError
        If there is no such part, or none is named and there are several; lists those that there are.
    """
    if wanted is None:
        if len(names) > 1:
            raise ValueError(
                f"'{path}' holds {len(names)} {kind}s, expected one: choose it by --{kind}: {list_parts(names)}"
            )
        return 0
    for known, name in ((list(names), wanted), ([each.lower() for each in names], wanted.lower())):
        same = [number for number, each in enumerate(known) if each == name]
        if len(same) == 1:
            return same[0]
    if wanted.isdecimal() and int(wanted) < len(names):
        return int(wanted)
    raise ValueError(f"'{path}' holds no {kind} '{wanted}', expected one of: {list_parts(names)}")


def list_parts(names: Sequence[str]) -> str:
    """List parts by number and name, such as ``0 (DAPI), 1 (GFP)``."""
    return ", ".join(describe_part(names, number) for number in range(len(names)))


def describe_part(names: Sequence[str], number: int) -> str:
    """Name a part, such as ``0 (DAPI)``."""
    return f"{number} ({names[number]})" if names[number] else str(number)
