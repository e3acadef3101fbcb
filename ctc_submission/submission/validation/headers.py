"""Checks of a mask by its headers: type, coding, size."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile

from ctc_submission.challenge.files import FrameFile, read_frame_info
from ctc_submission.challenge.tiff.page_checks import naming_file
from ctc_submission.challenge.tiff.strict import StrictMask
from ctc_submission.submission.findings import Finding, error

_LARGEST_LABEL = 65535
REWRITE = "write masks in strips, one gray sample of 16 bit unsigned, uncompressed, LZW or Deflate"
"""How to fix a mask that is not read as it should be."""


def check_readable(path: Path) -> Iterator[Finding]:
    """Find a mask that the organizers' reader refuses, or silently takes for zeros.

    Parameters
    ----------
    path : Path
        The mask.
    """
    try:
        with StrictMask(path, silent_zeros=True) as mask:
            reason = mask.zeros
    except ValueError as refusal:
        yield error(path, f"refused: {reason_of(refusal, path)}{_beyond_16_bits(path)}", REWRITE)
        return
    if reason:
        yield error(path, f"{reason}, so it is silently read as zeros and scores 0", REWRITE)


def check_size(path: Path, frame: FrameFile) -> Iterator[Finding]:
    """Find a mask of another size than its frame.

    Parameters
    ----------
    path : Path
        A mask that can be read.
    frame : FrameFile
        Its frame.
    """
    with StrictMask(path, silent_zeros=True) as mask:
        found = mask.shape
    expected = read_frame_info(frame.path).shape
    if found != expected:
        sizes = [" x ".join(map(str, shape)) for shape in (found, expected)]
        finding = f"size (z, y, x) is {sizes[0]}, but {frame.path.name} has {sizes[1]}"
        yield error(path, finding, "write one page for each slice, of the frame's rows and columns")


def reason_of(refusal: ValueError, path: Path) -> str:
    """Shorten a refusal: without the file, which the finding names, and how to fix it, which the fix says."""
    return str(refusal).removeprefix(f"{path}: ").partition("; ")[0]


def _beyond_16_bits(path: Path) -> str:
    """Say which labels of a mask of another type do not fit 16 bits; nothing where all do, or it is no image."""
    try:
        with naming_file(path), tifffile.TiffFile(path) as file:
            largest = max(np.max(page.asarray(), initial=0) for page in file.pages)
    except (ValueError, OSError):
        return ""
    if largest <= _LARGEST_LABEL:
        return ""
    return f"; labels go up to {largest:g}, and 16 bits wrap them beyond {_LARGEST_LABEL}: number them anew"
