"""A first look at the frames of a recording, by their headers: which can be segmented, and why others cannot."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctc_submission.challenge.files import FrameFile, FrameInfo, check_same_geometry
from ctc_submission.recordings.reading import read_info

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """What the headers of a recording's frames show."""

    infos: Mapping[FrameFile, FrameInfo]
    """Frames of one size and type, in time, at least one."""
    refused: Mapping[FrameFile, str]
    """Why other frames are not among them."""

    @property
    def first(self) -> FrameInfo:
        """The first frame that can be segmented."""
        return next(iter(self.infos.values()))


def tell_what_was_guessed(first: FrameInfo, dimensions: int | None) -> None:
    """Say how frames are read where their files do not, or may surprise.

    Parameters
    ----------
    first : FrameInfo
        The first frame, which speaks for all.
    dimensions : int or None
        3 where frames are stated to be stacks: then their pages are slices.
    """
    if first.axes_guessed and dimensions is None:
        _LOG.warning(
            "%s: %d pages are taken for slices, a guess: say --axes %s if that is so, --axes TYX for time points",
            first.path,
            first.shape[0],
            first.axes,
        )
    if first.is_white_zero:
        _LOG.warning("%s: 0 is white in the file, so intensities are inverted", first.path)


def look_at_frames(frames: Sequence[FrameFile], axes: str | None) -> Look:
    """Read the headers of frames; those that cannot be read, or are unlike most, are told from the others.

    Parameters
    ----------
    frames : sequence of FrameFile
        The frames, in time.
    axes : str or None
        What the axes are, in stored order, where the files say otherwise.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If no frame can be read, or no size and type is that of more than half of the frames.
    """
    infos: dict[FrameFile, FrameInfo] = {}
    errors: dict[FrameFile, ValueError | OSError] = {}
    for frame in frames:
        try:
            infos[frame] = read_info(frame, axes)
        except (ValueError, OSError) as error:
            errors[frame] = error
    if not infos:
        raise next(iter(errors.values()))
    ((usual, number),) = Counter(map(_geometry, infos.values())).most_common(1)
    if 2 * number <= len(infos):
        check_same_geometry(list(infos.values()))
    like = {frame: info for frame, info in infos.items() if _geometry(info) == usual}
    refused = {frame: str(error) for frame, error in errors.items()}
    for frame, info in infos.items():
        if frame not in like:
            refused[frame] = _unlike(info, next(iter(like.values())))
    return Look(like, refused)


def _geometry(info: FrameInfo) -> tuple:
    return info.shape, info.dtype


def _unlike(info: FrameInfo, usual: FrameInfo) -> str:
    """Say in which way a frame is unlike the others."""
    try:
        check_same_geometry([usual, info])
    except ValueError as error:
        return str(error)
    return ""
