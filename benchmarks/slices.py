"""A dataset of four annotated slices, to fine-tune on: of the first two frames of a sequence, those with most nuclei.

``python -m benchmarks.slices DATASET/12 OUTPUT`` writes ``OUTPUT/12`` and ``OUTPUT/12_GT/SEG/man_seg_000_012.tif``, ...
"""

import argparse
import shutil
import sys
from pathlib import Path

import numpy as np

from ctc_submission.challenge.files import read_frame, write_mask

FRAMES, SLICES, APART = 2, 4, 5
"""Frames that are looked at, slices that are chosen, and the least distance of two in one frame."""


def choose_slices(frames: list[np.ndarray], count: int = SLICES, apart: int = APART) -> list[tuple[int, int]]:
    """Choose the slices with the most nuclei, the first of equals.

    Parameters
    ----------
    frames : list of (Z, Y, X) ndarray of int
        Labels.
    count : int
        Slices to choose.
    apart : int
        Least distance of two slices of one frame.

    Returns
    -------
    list of (int, int)
        Frame and z of each.
    """
    order = sorted(
        ((frame, z) for frame, labels in enumerate(frames) for z in range(len(labels))),
        key=lambda place: -len(np.unique(frames[place[0]][place[1]])),
    )
    chosen: list[tuple[int, int]] = []
    for frame, z in order:
        if len(chosen) < count and all(frame != other or abs(z - near) >= apart for other, near in chosen):
            chosen.append((frame, z))
    return sorted(chosen)


def write_slices(sequence: Path, output: Path) -> list[tuple[int, int]]:
    """Copy a sequence's first frames, and the reference annotation of the chosen slices only."""
    truth = sequence.with_name(f"{sequence.name}_GT") / "SEG"
    labels = [read_frame(truth / f"man_seg{number:03d}.tif") for number in range(FRAMES)]
    target = output / f"{sequence.name}_GT" / "SEG"
    target.mkdir(parents=True)
    (output / sequence.name).mkdir()
    for number in range(FRAMES):
        shutil.copyfile(sequence / f"t{number:03d}.tif", output / sequence.name / f"t{number:03d}.tif")
    chosen = choose_slices(labels)
    for frame, z in chosen:
        write_mask(target / f"man_seg_{frame:03d}_{z:03d}.tif", labels[frame][z : z + 1].astype(np.uint16), ndim=2)
    return chosen


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sequence", type=Path, help="a sequence with reference annotations of whole frames")
    parser.add_argument("output", type=Path, help="a new folder")
    arguments = parser.parse_args()
    for frame, z in write_slices(arguments.sequence, arguments.output):
        sys.stdout.write(f"frame {frame}, slice {z}\n")
