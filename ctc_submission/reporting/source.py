"""What a report is about: the frames of a sequence, their masks, and where references may lie."""

import re
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.files import FrameFile, find_frames

TRACK_FILE = "res_track.txt"


@dataclass(frozen=True)
class ReportSource:
    """A sequence and its result."""

    dataset: str
    """Name of the dataset; that of the recording's folder for own data."""
    sequence: str
    """Name of the sequence."""
    frames: tuple[FrameFile, ...]
    """Files of the frames, in time."""
    masks: Path
    """Folder of the masks."""
    words: tuple[str, ...]
    """What names the sequence on the command line."""
    dataset_dir: Path | None = None
    """Folder of the dataset with ``SEQ_GT``; None for own data, which has no references."""

    @property
    def title(self) -> str:
        """What to call it."""
        return f"{self.dataset}, sequence {self.sequence}" if self.dataset_dir else self.dataset

    @property
    def folder(self) -> Path:
        """Folder or file of the frames."""
        first = self.frames[0].path
        return first if self.words[0] == "--frames" and Path(self.words[1]).is_file() else first.parent

    def mask(self, frame: FrameFile) -> Path:
        """Return the file of a frame's mask, which need not be there."""
        return self.masks / frame.mask_name


def open_dataset(dataset_dir: Path, sequence: str, masks: Path | None = None) -> ReportSource:
    """Find a sequence in the challenge's layout.

    Parameters
    ----------
    dataset_dir : Path
        Folder with ``SEQ``, ``SEQ_RES`` and, if it is annotated, ``SEQ_GT``.
    sequence : str
        Name of the sequence, such as ``01``.
    masks : Path, optional
        Folder of the masks, if not ``SEQ_RES``.

    Raises
    ------
    FileNotFoundError
        If frames or the folder of the masks are missing.
    ValueError
        If frames are not numbered as they must be.
    """
    folder = masks or dataset_dir / f"{sequence}_RES"
    words = (str(dataset_dir), sequence, *(("--results", str(masks)) if masks else ()))
    frames = tuple(find_frames(dataset_dir / sequence))
    return ReportSource(dataset_dir.resolve().name, sequence, frames, _existing(folder), words, dataset_dir)


def open_masked_recording(recording: Path, masks: Path) -> ReportSource:
    """Find a recording, a folder of frames or one file, and the folder of its masks.

    Raises
    ------
    FileNotFoundError
        If frames or the folder of the masks are missing.
    ValueError
        If frames are not numbered as they must be.
    """
    if not recording.exists():
        raise FileNotFoundError(f"there is no '{recording}', expected a folder of t000.tif, ... or one TIFF file")
    frames = tuple(find_frames(recording)) if recording.is_dir() else (_single(recording),)
    words = ("--frames", str(recording), "--masks", str(masks))
    return ReportSource(recording.resolve().name, masks.resolve().name, frames, _existing(masks), words)


def _existing(masks: Path) -> Path:
    if not masks.is_dir():
        raise FileNotFoundError(f"{masks}: no such folder of masks; ctc-submission segment makes it, or name another")
    return masks


def _single(path: Path) -> FrameFile:
    """Give a single file the number that ``segment`` gives it: that in its name, else 0."""
    match = re.fullmatch(r"t([0-9]+)", path.stem)
    return FrameFile(path, int(match[1]), max(3, len(match[1]))) if match else FrameFile(path, 0, 3)
