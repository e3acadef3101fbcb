"""The start of a run: voxel size resolved, networks loaded, cells measured, and all that its masks will depend on."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from tqdm import tqdm

import ctc_submission
from ctc_submission.challenge.files import FrameFile, FrameInfo
from ctc_submission.challenge.voxel_size import VoxelSize, resolve_voxel_size
from ctc_submission.network.execution import Execution
from ctc_submission.recordings.reading import read_info, read_stack
from ctc_submission.segmentation.cell_diameter import frames_with_signal, spread_frames
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.estimate import describe_inputs
from ctc_submission.segmentation.segmenter import Segmenter

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunSpecification:
    """What makes the masks."""

    configuration: Configuration
    """How to segment, the cell diameter included where it was measured."""
    made_by: Mapping[str, Any]
    """Whatever the masks depend on: version, configuration, precision and the weights' hashes."""
    facts: Mapping[str, Any]
    """What is worth knowing besides: the networks' parameters, the device, the cell diameter's source, the inputs."""


@dataclass(frozen=True)
class Recording:
    """A recording that networks are ready for."""

    segmenter: Segmenter
    """Configuration and networks."""
    voxel_size: VoxelSize
    """Its voxel size, which the configuration states."""
    facts: Mapping[str, Any]
    """What a record tells of it, see `describe` and `record_voxel_size`."""


def resolve(configuration: Configuration, infos: Sequence[FrameInfo]) -> tuple[Configuration, VoxelSize]:
    """Find the voxel size of a recording, and state it in the configuration; say so where it is only assumed.

    Parameters
    ----------
    configuration : Configuration
        How to segment.
    infos : sequence of FrameInfo
        What the headers of all frames tell.

    Raises
    ------
    ValueError
        If frames state different sizes.
    """
    size = resolve_voxel_size(infos, stated=configuration.labeling.spacing)
    if not size.is_known and size.ndim == 3:
        _LOG.warning(
            "%s: no voxel size is stated, isotropic voxels are assumed; cells are joined or split along z where that "
            "is wrong: state it (--spacing Z Y X, or spacing in the configuration)",
            infos[0].path,
        )
    return replace(configuration, labeling=replace(configuration.labeling, spacing=size.spacing)), size


def open_segmenter(configuration: Configuration, execution: Execution, samples: Sequence[FrameFile]) -> Segmenter:
    """Load networks, and measure the cells where their diameter must be known and is not.

    Parameters
    ----------
    configuration : Configuration
        How to segment, the voxel size stated.
    execution : Execution
        How to use the machine.
    samples : sequence of FrameFile
        Some frames of the recording, in time, to measure cells on.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights or device are not as they must be, or no frame can be read.
    """
    segmenter = Segmenter(configuration, execution)
    if segmenter.lacks_diameter:
        shown = frames_with_signal(samples, partial(read_stack, axes=configuration.axes))
        segmenter.measure_cells(tqdm(shown, "cell diameter", len(samples), unit="frame", leave=False, disable=None))
    return segmenter


def open_recording(
    frames: Sequence[FrameFile],
    configuration: Configuration,
    execution: Execution,
    infos: Sequence[FrameInfo] | None = None,
) -> Recording:
    """Make networks ready for a recording as ``segment`` does, from all its frames.

    Parameters
    ----------
    frames : sequence of FrameFile
        The frames, in time.
    configuration : Configuration
        How to segment.
    execution : Execution
        How to use the machine.
    infos : sequence of FrameInfo, optional
        What the frames' headers tell; read if not given.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        As `resolve` and `open_segmenter`.
    """
    infos = infos or [read_info(frame, configuration.axes) for frame in frames]
    resolved, size = resolve(configuration, infos)
    segmenter = open_segmenter(resolved, execution, spread_frames(frames))
    return Recording(segmenter, size, {**describe(segmenter, infos[0].shape).facts, **record_voxel_size(size)})


def describe(segmenter: Segmenter, shape: tuple[int, ...]) -> RunSpecification:
    """Describe what makes a segmenter's masks of frames of a shape (Z, Y, X)."""
    values = asdict(segmenter.configuration)
    del values["segmentation_model"], values["center_model"]
    for part in ("channel", "scene"):
        if values[part] is None:
            del values[part]  # as in records of versions that knew none
    made_by = {
        "version": ctc_submission.__version__,
        "configuration": {**values, "pseudocolor": asdict(segmenter.pseudocolor)},
        "weights": segmenter.weights,
        "precision": segmenter.precision,
    }
    names, millions = " and ".join(segmenter.weights), segmenter.parameters / 1e6
    facts = {
        "networks": f"{names}, {millions:.1f} million parameters, in {segmenter.precision}",
        "parameters": segmenter.parameters,
        "device": segmenter.predictor.runtime.description,
        "inputs": describe_inputs(shape, segmenter),
    }
    if found := segmenter.cell_diameter:
        facts["cell_diameter"] = {"text": str(found), "source": found.source, "known": found.is_measured}
    return RunSpecification(segmenter.configuration, made_by, facts)


def record_voxel_size(size: VoxelSize) -> dict[str, Any]:
    """Return what a record tells of a voxel size."""
    return {"voxel_size": {"text": str(size), "source": size.source, "known": size.is_known, "unit": size.unit}}


def opening_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what ``segment``, ``fit`` and ``info`` say of a recording: voxel size, networks, cell diameter, inputs."""
    yield f"voxel size   {facts['voxel_size']['text']}"
    yield f"network      {facts['networks']}, by {facts['device']}"
    if "cell_diameter" in facts:
        yield f"cells        {facts['cell_diameter']['text']}"
    yield f"inputs       {facts['inputs']}"
