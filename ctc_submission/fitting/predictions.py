"""Networks run once for each frame; their probabilities are kept on disk, half the size in half precision."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

import ctc_submission
from ctc_submission.atomic import replacing
from ctc_submission.challenge.content import hash_file
from ctc_submission.challenge.files import find_frames
from ctc_submission.fitting.references import ReferencedFrame
from ctc_submission.fitting.scoring import PredictedFrame
from ctc_submission.network.execution import Execution
from ctc_submission.recordings.finding import select_part
from ctc_submission.recordings.reading import read_stack
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.running.opening import open_recording, opening_lines
from ctc_submission.segmentation.segmenter import Segmenter
from ctc_submission.training.data.sources import Source

_LOG = logging.getLogger(__name__)


def predict_frames(
    source: Source,
    frames: Sequence[ReferencedFrame],
    configuration: Configuration,
    folder: Path,
    execution: Execution | None = None,
) -> list[PredictedFrame]:
    """Run the networks on frames of one sequence, but for those whose probabilities lie in the folder already.

    Parameters
    ----------
    source : Source
        The sequence. Its voxel size and, where it must be known, its cell diameter are found as in segmenting it.
    frames : sequence of ReferencedFrame
        Frames of it.
    configuration : Configuration
        Networks, and how slices are shown to them.
    folder : Path
        Folder that exists, for a file per frame: 2 bytes for each voxel and map.
    execution : Execution, optional
        How to use the machine.

    Returns
    -------
    list of PredictedFrame
        In the order of the frames.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights or frames are not as they must be, or the folder cannot be written to.
    """
    channel, axes = configuration.channel, configuration.axes
    recorded = [select_part(each, channel, axes) for each in find_frames(source.folder / source.sequence)]
    recording = open_recording(recorded, configuration, execution or Execution())
    for line in opening_lines(recording.facts):
        _LOG.info("%s", line)
    segmenter = recording.segmenter
    predicted = []
    for frame in tqdm(frames, desc=f"{source.folder.resolve().name}/{source.sequence}: networks", unit="frame"):
        path = folder / f"{_digest(frame, segmenter)}.npy"
        if not path.is_file():
            probabilities = segmenter.predict(read_stack(select_part(frame.file, channel, axes), axes))
            maps = [part for part in segmenter.split(probabilities) if part is not None]
            with replacing(path) as file:
                np.save(file, np.stack(maps).astype(np.float16))
        predicted.append(PredictedFrame(frame, path, recording.voxel_size.spacing))
    return predicted


def _digest(frame: ReferencedFrame, segmenter: Segmenter) -> str:
    """Name what probabilities depend on: the frame by name and content, the networks, and what they are shown."""
    configuration = segmenter.configuration
    shown = replace(
        configuration,
        pseudocolor=segmenter.pseudocolor,
        labeling=LabelingParameters(configuration.labeling.method, spacing=configuration.labeling.spacing),
    )
    path = frame.file.path.resolve()
    known = [ctc_submission.__version__, str(path), hash_file(path), segmenter.weights, asdict(shown)]
    return hashlib.sha256(json.dumps(known, default=str).encode()).hexdigest()[:16]
