"""A result folder and the frames it belongs to: what the checks of results look at."""

from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.datasets import DATASETS, Dataset
from ctc_submission.challenge.files import FrameFile, find_frames

_DIGITS = 3


@dataclass(frozen=True)
class ResultFolder:
    """Masks to be checked."""

    path: Path
    """The folder of the masks."""
    frames: tuple[FrameFile, ...]
    """The frames they belong to, in time; empty where these are not at hand."""
    digits: int
    """Digits of the frame number in file names."""
    dataset: Dataset | None
    """What is known of the dataset; None for one that the challenge does not have."""

    @property
    def expected(self) -> dict[str, FrameFile]:
        """The frame of every mask that must be there, by the mask's name."""
        return {f"mask{frame.number:0{self.digits}d}.tif": frame for frame in self.frames}

    @property
    def names(self) -> list[str]:
        """Names of everything in the folder, sorted."""
        return sorted(path.name for path in self.path.iterdir())

    def masks(self) -> list[tuple[int, Path]]:
        """Return number and path of the masks that bear a right name, in time."""
        length = len("mask.tif") + self.digits
        found = [self.path / name for name in self.names if name.startswith("mask") and len(name) == length]
        numbered = [(path.stem[len("mask") :], path) for path in found if path.suffix == ".tif"]
        return [(int(number), path) for number, path in numbered if number.isascii() and number.isdigit()]


def open_results(path: Path, frames: Path | None, dataset: str, digits: int | None = None) -> ResultFolder:
    """Look for masks and for the frames they belong to.

    Parameters
    ----------
    path : Path
        Folder of the masks.
    frames : Path or None
        Folder of the frames ``t000.tif``; None where they are not at hand.
    dataset : str
        Name of the dataset.
    digits : int, optional
        Digits of the frame number in the masks' names; as the frames have, or three, by default.

    Raises
    ------
    FileNotFoundError
        If a folder does not exist, or there are no frames in it.
    ValueError
        If the frames are not numbered as they must be, or `digits` is below 3.
    """
    if not path.is_dir():
        raise FileNotFoundError(f"{path}: no such folder; expected the masks maskT.tif of the results there")
    if digits is not None and digits < 3:
        raise ValueError(f"digits is {digits}, expected 3 or more digits of the frame number")
    found = tuple(find_frames(frames)) if frames else ()
    known = DATASETS.get(dataset)
    digits = digits or (found[0].digits if found else known.digits if known else _DIGITS)
    return ResultFolder(path, found, digits, known)
