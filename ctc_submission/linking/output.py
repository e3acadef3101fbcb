"""Linked masks and their tracks, written whole or not at all."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ctc_submission.atomic import write_text_atomic
from ctc_submission.challenge.files import FrameFile, read_frame, write_mask
from ctc_submission.challenge.tracks import format_tracks
from ctc_submission.linking.lineage import Lineage

TRACK_FILE = "res_track.txt"
"""Name of the file of tracks beside the masks."""


def read_labels(path: Path) -> NDArray:
    """Read a mask as (Z, Y, X) uint8 or uint16 labels.

    Raises
    ------
    FileNotFoundError, ValueError
        If it is not readable, or holds anything but whole numbers from 0 to 65535.
    """
    labels = read_frame(path, as_labels=True)
    if labels.dtype.kind == "f":
        raise ValueError(f"mask '{path}' holds {labels.dtype} numbers, expected whole ones: store labels as 16 bit")
    return labels


def check_output(masks: Sequence[FrameFile], output: Path, overwrite: bool) -> None:
    """Check that nothing in the folder for linked masks would be lost or left over.

    Raises
    ------
    FileExistsError
        If `output` holds masks or tracks and may not be overwritten, or masks that the sequence has not.
    NotADirectoryError
        If `output` is a file.
    """
    if output.exists() and not output.is_dir():
        raise NotADirectoryError(f"'{output}' is a file, expected a folder for the linked masks: name another one")
    found = {path.name for path in (*output.glob("mask*.tif"), *output.glob(TRACK_FILE))}
    if found and not overwrite:
        raise FileExistsError(f"{output}: holds {min(found)} already; name another folder, or add --overwrite")
    others = found - {mask.path.name for mask in masks} - {TRACK_FILE}
    if others:
        raise FileExistsError(
            f"{output}: holds {min(others)}, which the sequence of {len(masks)} masks has not; name another folder"
        )


def write_linked(masks: Sequence[FrameFile], lineage: Lineage, ndim: int, output: Path) -> None:
    """Write masks with the labels of their tracks, and the tracks.

    Parameters
    ----------
    masks : sequence of FrameFile
        Masks that `lineage` was made from.
    lineage : Lineage
        The tracks.
    ndim : int
        2 for single slices, 3 for stacks.
    output : Path
        Folder to write to. It is made if it is not there; then it appears when all is written. Files in it are replaced
        one by one once all are written.

    Raises
    ------
    OSError
        If a file cannot be written; `output` stays as it was unless files were being moved to it.
    """
    part = output.with_name(f".{output.name}.part")
    _make_anew(part)
    try:
        for mask in tqdm(masks, unit="frame", desc=output.name):
            write_mask(part / mask.path.name, relabel(read_labels(mask.path), mask.number, lineage), ndim=ndim)
        write_text_atomic(part / TRACK_FILE, format_tracks(lineage.tracks))
        _move(part, output)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def relabel(labels: NDArray, frame: int, lineage: Lineage) -> NDArray[np.uint16]:
    """Give each object of a mask (Z, Y, X) the label of its track, by the number of the frame."""
    present = np.flatnonzero(np.bincount(labels.ravel())[1:]) + 1
    tracks = np.zeros(int(labels.max()) + 1, np.uint16)
    tracks[present] = [lineage.labels[frame, label] for label in present.tolist()]
    return tracks[labels]


def _make_anew(folder: Path) -> None:
    """Make an empty folder in place of what an interrupted run left."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        raise OSError(f"{folder}: cannot make this folder ({error.strerror}); name another --output") from error


def _move(part: Path, output: Path) -> None:
    """Move what is complete to its place; the tracks come last, so that they never lie beside masks of other labels."""
    if not output.exists():
        part.rename(output)
        return
    (output / TRACK_FILE).unlink(missing_ok=True)
    for path in sorted(part.iterdir()):
        path.replace(output / path.name)
