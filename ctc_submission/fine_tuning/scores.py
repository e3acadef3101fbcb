"""SEG of a configuration on annotated frames, and how long a frame takes."""

import time
from collections.abc import Sequence
from pathlib import Path

from ctc_submission.fine_tuning.time_plan import FrameTime
from ctc_submission.fitting.fit import score_predicted
from ctc_submission.fitting.predictions import predict_frames
from ctc_submission.fitting.referenced_frames import find_referenced_frames
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.training.data.source_folders import Source


def score(
    sources: Sequence[Source], configuration: Configuration, most: int, folder: Path, execution: Execution
) -> float:
    """Segment frames and return SEG, its mean over the sequences.

    Parameters
    ----------
    sources : sequence of Source
        Sequences, or some of their frames or slices.
    configuration : Configuration
        How to segment.
    most : int
        Frames of each sequence at most, spread evenly.
    folder : Path
        Folder that keeps the networks' output.
    execution : Execution
        How to use the machine.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If frames, references or weights are missing or not as they must be.
    """
    predicted = {
        source: predict_frames(source, find_referenced_frames(source, "SEG", most), configuration, folder, execution)
        for source in sources
    }
    return score_predicted(predicted, "SEG", configuration.labeling)


def time_frame(source: Source, configuration: Configuration, folder: Path, execution: Execution) -> FrameTime:
    """Measure how long a frame of a sequence takes: loading the networks counts, which makes the estimate cautious."""
    start = time.monotonic()
    frames = find_referenced_frames(source, "SEG", 1)
    predicted = {source: predict_frames(source, frames, configuration, folder, execution)}
    ready = time.monotonic()
    score_predicted(predicted, "SEG", configuration.labeling)
    return FrameTime(ready - start, time.monotonic() - ready)
