"""The truth of a sequence: gold and silver, whole frames and single slices, one answer for every slice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.challenge.files import read_frame
from ctc_submission.training.data.shared_labels import split_shared_labels
from ctc_submission.training.data.truth import Truth

_NAME = re.compile(r"man_seg(?:([0-9]{3,4})|_([0-9]{3,4})_([0-9]{3}))\.tif")


@dataclass(frozen=True)
class Annotation:
    """One file of truth."""

    path: Path
    """The file."""
    frame: int
    """Number of the frame it annotates."""
    z: int | None = None
    """The one slice that it annotates; None for the whole frame."""


@dataclass(frozen=True)
class SliceTruth:
    """What is known of one slice."""

    labels: np.ndarray
    """(Y, X), instance labels, 0 is background."""
    single: bool
    """Whether the slice was annotated by itself: the challenge does not promise that all of its cells are marked."""


def find_annotations(dataset_folder: Path, sequence: str, truth: Truth = "GT") -> dict[int, list[Annotation]]:
    """Find the truth of a sequence, by frame.

    Parameters
    ----------
    dataset_folder : Path
        Folder with ``01_GT/SEG``, ``01_ST/SEG`` in the challenge's layout.
    sequence : str
        Such as ``01``.
    truth : {'GT', 'ST', 'GT+ST'}
        Which truth to look for. Of 'GT+ST' either may be missing.

    Returns
    -------
    dict of int to list of Annotation
        Frames in time. The files of a frame in the order in which they are to be believed: gold frame, gold slices,
        silver frame.

    Raises
    ------
    FileNotFoundError
        If there is no such truth.
    """
    folders = [dataset_folder / f"{sequence}_{kind}" / "SEG" for kind in truth.split("+")]
    if not any(folder.is_dir() for folder in folders):
        raise FileNotFoundError(
            f"{' and '.join(map(str, folders))}: no such folder; expected references man_seg000.tif or "
            f"man_seg_000_000.tif there (truth is {truth})"
        )
    found = [annotation for folder in folders for annotation in _list_annotations(folder)]
    if not found:
        raise FileNotFoundError(f"{folders[0]}: holds no references, expected man_seg000.tif or man_seg_000_000.tif")
    frames: dict[int, list[Annotation]] = {number: [] for number in sorted({one.frame for one in found})}
    for annotation in found:
        frames[annotation.frame].append(annotation)
    return frames


def read_truth(
    annotations: Sequence[Annotation], shape: tuple[int, ...], frame: Path, *, split: bool = False
) -> dict[int, SliceTruth]:
    """Read what is known of a frame, slice by slice.

    Parameters
    ----------
    annotations : sequence of Annotation
        Those of one frame; earlier ones are believed before later ones.
    shape : (Z, Y, X) tuple of int
        Size of the frame.
    frame : Path
        The frame's file, for messages.
    split : bool
        Whether each connected component of a reference is a cell, whatever its label.

    Returns
    -------
    dict of int to SliceTruth
        By z, ascending; slices without truth are missing.

    Raises
    ------
    ValueError
        If a file does not fit the frame.
    """
    known: dict[int, SliceTruth] = {}
    for annotation in annotations:
        labels = read_annotation(annotation, shape, frame)
        labels = split_shared_labels(labels) if split else labels
        first = annotation.z or 0
        for z, section in enumerate(labels, start=first):
            known.setdefault(z, SliceTruth(section, single=annotation.z is not None))
    return dict(sorted(known.items()))


def read_annotation(annotation: Annotation, shape: tuple[int, ...], frame: Path) -> np.ndarray:
    """Read the labels (Z, Y, X) of one file, (1, Y, X) of one that annotates a slice.

    Raises
    ------
    ValueError
        If it does not fit the frame.
    """
    path, z = annotation.path, annotation.z
    if z is not None and z >= shape[0]:
        raise ValueError(f"{path}: is of slice {z}, expected 0 to {shape[0] - 1}, the slices of {frame}")
    labels = read_frame(path, as_labels=True)
    if labels.dtype.kind == "f":
        raise ValueError(f"{path}: holds {labels.dtype} pixels, expected labels of 16 bit: export it again")
    expected = tuple(shape) if z is None else (1, *shape[1:])
    if labels.shape != expected:
        raise ValueError(f"{path}: is {labels.shape} (z, y, x), expected {expected} as in {frame}")
    return labels


def _list_annotations(folder: Path) -> list[Annotation]:
    """List the files of a folder, whole frames before slices."""
    if not folder.is_dir():
        return []
    names = [(path, _NAME.fullmatch(path.name)) for path in sorted(folder.iterdir())]
    found = [
        Annotation(path, int(match[1] or match[2]), int(match[3]) if match[3] else None)
        for path, match in names
        if match
    ]
    return sorted(found, key=lambda annotation: annotation.z is not None)
