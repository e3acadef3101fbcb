"""What a file holds, whatever its format: time points and channels of one image or stack."""

from dataclasses import dataclass
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
        If there is no such channel, or none is named and there are several; lists those that there are.
    """
    path, names = layout.info.path, layout.channels
    if wanted is None:
        if len(names) > 1:
            raise ValueError(
                f"'{path}' holds {len(names)} channels, expected one: choose it by --channel: {list_channels(layout)}"
            )
        return 0
    for known, name in ((list(names), wanted), ([each.lower() for each in names], wanted.lower())):
        same = [number for number, each in enumerate(known) if each == name]
        if len(same) == 1:
            return same[0]
    if wanted.isdecimal() and int(wanted) < len(names):
        return int(wanted)
    raise ValueError(f"'{path}' holds no channel '{wanted}', expected one of: {list_channels(layout)}")


def list_channels(layout: Layout) -> str:
    """List channels by number and name, such as ``0 (DAPI), 1 (GFP)``."""
    return ", ".join(describe_channel(layout, number) for number in range(len(layout.channels)))


def describe_channel(layout: Layout, number: int) -> str:
    """Name a channel, such as ``0 (DAPI)``."""
    name = layout.channels[number]
    return f"{number} ({name})" if name else str(number)
