"""Networks run once for each frame; their probabilities are kept on disk, half the size in half precision."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

import ctc_submission
from ctc_submission.atomic import replacing
from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import FrameFile, FrameInfo, Part, find_frames
from ctc_submission.challenge.voxel_size import resolve_voxel_size
from ctc_submission.fitting.referenced_frames import ReferencedFrame
from ctc_submission.fitting.scoring import PredictedFrame
from ctc_submission.network.execution import Execution
from ctc_submission.recordings.finding import select_part
from ctc_submission.recordings.reading import read_info, read_stack
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.running.run_start import open_recording, opening_lines
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
        The sequence. Its voxel size and, where it must be known, its cell diameter are found as in segmenting it;
        frames of other sizes or voxel sizes, as of varied simulations, are taken for a recording of their own.
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
    part = Part(None, configuration.channel, configuration.axes, configuration.scene)
    recorded = [select_part(each, part) for each in find_frames(source.folder / source.sequence)]
    name = f"{source.folder.resolve().name}/{source.sequence}"
    predicted: dict[Path, PredictedFrame] = {}
    with tqdm(total=len(frames), desc=f"{name}: networks", unit="frame") as bar:
        for group in _group_alike(recorded, configuration, name):
            parts = {part.path: part for part, _ in group}
            wanted = [frame for frame in frames if frame.file.path in parts]
            if not wanted:
                continue
            recording = open_recording(
                [part for part, _ in group],
                configuration,
                execution or Execution(),
                [info for _, info in group],
            )
            smallest = recording.segmenter.smallest_cell(group[0][1].shape[0])
            for line in opening_lines(recording.facts):
                _LOG.info("%s", line)
            for frame in wanted:
                path = folder / f"{_digest(frame, recording.segmenter)}.npy"
                read = partial(read_stack, parts[frame.file.path], part.axes)
                if not path.is_file():
                    _predict(recording.segmenter, read(), path)
                predicted[frame.file.path] = PredictedFrame(frame, path, recording.voxel_size.spacing, read, smallest)
                bar.update()
    return [predicted[frame.file.path] for frame in frames]


def _group_alike(
    frames: Sequence[FrameFile], configuration: Configuration, name: str
) -> list[list[tuple[FrameFile, FrameInfo]]]:
    """Group frames, with their headers, by size and voxel size, and say so if they are not all alike."""
    read = [(frame, read_info(frame, configuration.axes)) for frame in frames]
    if _are_alike([info for _, info in read], configuration):
        return [read]
    groups: dict[tuple, list[tuple[FrameFile, FrameInfo]]] = {}
    for frame, info in read:
        groups.setdefault((info.shape, info.spacing), []).append((frame, info))
    _LOG.warning(
        "%s: frames have %d sizes or voxel sizes; those alike are taken for a recording of their own", name, len(groups)
    )
    return list(groups.values())


def _are_alike(infos: Sequence[FrameInfo], configuration: Configuration) -> bool:
    try:
        resolve_voxel_size(infos, stated=configuration.labeling.spacing)
    except ValueError:
        return False
    return len({info.shape for info in infos}) == 1


def _predict(segmenter: Segmenter, stack: np.ndarray, path: Path) -> None:
    """Run the networks on a stack and keep their maps in a file, in half precision."""
    maps = [part for part in segmenter.split(segmenter.predict(stack)) if part is not None]
    with replacing(path) as file:
        np.save(file, np.stack(maps).astype(np.float16))


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
