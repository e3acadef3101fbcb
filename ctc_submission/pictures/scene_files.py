"""Reading scenes: a frame of a sequence in the challenge's layout, or files that lie anywhere."""

import re
from collections.abc import Mapping
from pathlib import Path

from numpy.typing import NDArray

from ctc_submission.challenge.files import FrameFile, find_frames, read_frame, read_frame_info
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.voxel_size import resolve_voxel_size
from ctc_submission.pictures.scene import Scene


def read_scene(dataset_dir: Path, sequence: str, results: Path | None = None, number: int | None = None) -> Scene:
    """Read a frame of a sequence with its result and its reference annotation.

    Parameters
    ----------
    dataset_dir : Path
        Folder with the sequence, its reference annotations ``SEQ_GT`` and its result ``SEQ_RES``.
    sequence : str
        Name of the sequence, such as ``01``.
    results : Path, optional
        Folder of the masks, if not ``SEQ_RES``.
    number : int, optional
        Number of the frame; the first that has both a mask and a reference if not given, or else the first.

    Raises
    ------
    FileNotFoundError
        If the frame or its mask is missing.
    ValueError
        If files cannot be read, or differ in size.
    """
    frames = find_frames(dataset_dir / sequence)
    results = results or dataset_dir / f"{sequence}_RES"
    references = dataset_dir / f"{sequence}_GT" / "SEG"
    frame = _choose(frames, results, references) if number is None else _numbered(frames, number)
    return read_files(
        frame.path,
        _mask(frame, results),
        _references(frame, references),
        name=f"{dataset_dir.resolve().name}, sequence {sequence}, frame {frame.number}",
        dataset=dataset_dir.resolve().name,
    )


def read_files(
    frame: Path, mask: Path, references: Mapping[int | None, Path], *, name: str, dataset: str | None = None
) -> Scene:
    """Read a frame, a mask and references wherever they are.

    Parameters
    ----------
    frame, mask : Path
        TIFF files of one size.
    references : mapping of int or None to Path
        Reference annotations by the slice's number; None for a file that annotates the whole frame.
    name : str
        What to call it in the title.
    dataset : str, optional
        The challenge's name, for the size of a pixel where the frame does not state it.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file is missing, cannot be read, holds no labels, or is of another size.
    """
    spacing, is_known = _spacing(frame, dataset)
    return Scene(
        name,
        read_frame(frame),
        read_label_image(mask),
        _read_slices(references),
        spacing[1] if is_known else None,
        spacing[0] / spacing[1],
    )


def read_references(frame: FrameFile, folder: Path) -> dict[int, NDArray]:
    """Read the annotated slices of a frame from a folder ``SEQ_GT/SEG``: (Y, X) labels by the slice's number.

    Raises
    ------
    ValueError
        If a file cannot be read or holds no whole numbers.
    """
    return _read_slices(_references(frame, folder))


def _read_slices(references: Mapping[int | None, Path]) -> dict[int, NDArray]:
    slices: dict[int, NDArray] = {}
    for z, path in references.items():
        slices.update(enumerate(read_label_image(path), start=z or 0))
    return slices


def read_label_image(path: Path) -> NDArray:
    """Read labels: (Z, Y, X) ndarray of uint8 or uint16.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is missing, cannot be read, or holds no whole numbers.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file of labels '{path}'; ctc-submission segment makes those of a result")
    labels = read_frame(path, as_labels=True)
    if labels.dtype.kind != "u":
        raise ValueError(f"{path}: holds {labels.dtype} values, expected labels as 8 or 16 bit unsigned")
    return labels


def _numbered(frames: list[FrameFile], number: int) -> FrameFile:
    found = next((frame for frame in frames if frame.number == number), None)
    if found is None:
        first, last = frames[0], frames[-1]
        raise FileNotFoundError(
            f"{first.path.parent}: no frame {number}, expected one from {first.number} to {last.number}"
        )
    return found


def _choose(frames: list[FrameFile], results: Path, references: Path) -> FrameFile:
    """Return the first frame that has both a mask and a reference, or else the first."""
    both = (frame for frame in frames if _mask(frame, results).is_file() and _references(frame, references))
    return next(both, frames[0])


def _mask(frame: FrameFile, results: Path) -> Path:
    return results / f"mask{frame.number:0{frame.digits}d}.tif"


def _references(frame: FrameFile, references: Path) -> dict[int | None, Path]:
    """Find the reference annotations of a frame: the file that annotates it whole, or else those of its slices."""
    number = f"{frame.number:0{frame.digits}d}"
    whole = references / f"man_seg{number}.tif"
    if whole.is_file():
        return {None: whole}
    found = (
        (path, re.fullmatch(r"man_seg_\d+_(\d{3})", path.stem))
        for path in sorted(references.glob(f"man_seg_{number}_*.tif"))
    )
    return {int(match[1]): path for path, match in found if match}


def _spacing(frame: Path, dataset: str | None) -> tuple[Spacing, bool]:
    """Return the voxel size, and whether it is in micrometers."""
    size = resolve_voxel_size([read_frame_info(frame)], dataset=dataset)
    return size.spacing, size.is_known
