"""The frames that a fit is scored on: those with references, found by the organizers' naming rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.challenge.files import FrameFile, find_frames
from ctc_submission.challenge.tiff.strict import StrictMask
from ctc_submission.evaluation.references import Reference, find_digits, find_seg_references, find_tra_references
from ctc_submission.fitting.metrics import Metric
from ctc_submission.training.data.sources import Source
from ctc_submission.training.data.spreading import spread


@dataclass(frozen=True)
class ReferencedFrame:
    """A frame and its references."""

    file: FrameFile
    """The frame."""
    seg: tuple[Reference, ...]
    """References of SEG: the whole frame, or some of its slices."""
    tra: tuple[Reference, ...]
    """The reference of DET, if it is needed and there."""


def find_referenced_frames(source: Source, metric: Metric, most: int | None = None) -> list[ReferencedFrame]:
    """Find the frames of a sequence that can be scored.

    Parameters
    ----------
    source : Source
        The sequence; where it names frames, only these are taken.
    metric : {'SEG', 'DET', 'OP_CSB'}
        By what. Frames for OP_CSB are those with a SEG reference.
    most : int, optional
        Take so many frames at most, spread evenly over the sequence.

    Returns
    -------
    list of ReferencedFrame
        In time.

    Raises
    ------
    FileNotFoundError
        If none of the frames has a reference, or the frame of one is missing.
    """
    digits = find_digits(source.folder, source.sequence)
    seg = find_seg_references(source.folder, source.sequence, digits) if metric != "DET" else []
    tra = find_tra_references(source.folder, source.sequence, digits) if metric != "SEG" else []
    files = {frame.number: frame for frame in find_frames(source.folder / source.sequence)}
    scored = spread(_number_frames(source, tra if metric == "DET" else seg, metric), most)
    if missing := [number for number in scored if number not in files]:
        raise FileNotFoundError(
            f"{source.folder / source.sequence}: there is no frame t{missing[0]:0{digits}}.tif, but a reference of it"
        )
    return [
        ReferencedFrame(
            files[number],
            tuple(reference for reference in seg if reference.frame == number and source.takes(reference.z)),
            tuple(reference for reference in tra if reference.frame == number),
        )
        for number in scored
    ]


def _number_frames(source: Source, references: Sequence[Reference], metric: Metric) -> list[int]:
    """List the frames that have references, of those that the source names."""
    numbers = sorted({reference.frame for reference in references})
    taken = [number for number in numbers if source.frames is None or number in source.frames]
    if not taken:
        folder = source.folder / f"{source.sequence}_GT" / ("TRA" if metric == "DET" else "SEG")
        raise FileNotFoundError(
            f"{folder}: holds no reference of {source.span}, expected one to score {metric} by; "
            "take other frames or sequences, or another metric"
        )
    return taken


def foreground_share(frames: Sequence[ReferencedFrame]) -> float:
    """Measure which share of the annotated slices the cells cover, on average.

    Twice this is what the paper means by adjacent_mean (section 3.1). In slices where not every cell is annotated the
    true share is higher.

    Raises
    ------
    ValueError
        If there is no SEG reference.
    """
    shares = [share for frame in frames for reference in frame.seg for share in _shares(reference.path)]
    if not shares:
        raise ValueError("there are no SEG references to measure the foreground's share in: state adjacent_mean")
    return float(np.mean(shares))


def _shares(path: Path) -> list[float]:
    with StrictMask(path) as mask:
        return [float((mask.read_slice(z) > 0).mean()) for z in range(mask.shape[0])]
