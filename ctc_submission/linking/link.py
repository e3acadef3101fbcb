"""A folder of masks in; masks with labels propagated over time, and ``res_track.txt``, out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from ctc_submission.challenge.files import FrameFile, check_same_geometry, read_frame_info
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.linking.lineage import Lineage, build_lineage
from ctc_submission.linking.linker import fit_parameters, link_objects
from ctc_submission.linking.linking_parameters import LinkingParameters
from ctc_submission.linking.objects import FrameObjects, measure_objects
from ctc_submission.linking.output import check_output, read_labels, write_linked


@dataclass(frozen=True)
class LinkedSequence:
    """What was linked, and how."""

    lineage: Lineage
    """The tracks."""
    parameters: LinkingParameters
    """How far cells were let move, every length given."""


def link_sequence(
    masks: Sequence[FrameFile], output: Path, spacing: Spacing, parameters: LinkingParameters, overwrite: bool = False
) -> LinkedSequence:
    """Link the objects of a sequence and write it with the labels of their tracks.

    The masks are left as they are unless `output` is their folder.

    Parameters
    ----------
    masks : sequence of FrameFile
        Masks of consecutive frames, in time; labels need only be unique within a frame.
    output : Path
        Folder for the masks, under their names, and ``res_track.txt``; nothing is written before all is known.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    parameters : LinkingParameters
        How far cells move.
    overwrite : bool
        Whether masks and ``res_track.txt`` in `output` may be replaced.

    Raises
    ------
    FileExistsError
        If `output` holds masks or tracks and may not be overwritten, or masks that the sequence has not.
    ValueError
        If a mask is not readable, holds anything but whole numbers or is of another size, or there are more than 65535
        tracks.
    OSError
        If laptrack is not installed, or a file cannot be written.
    """
    check_output(masks, output, overwrite)
    infos = [read_frame_info(mask.path) for mask in masks]
    check_same_geometry(infos)
    bar = tqdm(masks, unit="frame", desc="objects")
    frames = [measure_objects(read_labels(mask.path), mask.number) for mask in bar]
    linked = link_frames(frames, spacing, parameters)
    write_linked(masks, linked.lineage, infos[0].ndim, output)
    return linked


def link_frames(frames: Sequence[FrameObjects], spacing: Spacing, parameters: LinkingParameters) -> LinkedSequence:
    """Link the objects of consecutive frames, wherever their masks are.

    Parameters
    ----------
    frames : sequence of FrameObjects
        Objects of each frame, in time.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.
    parameters : LinkingParameters
        How far cells move.

    Raises
    ------
    ValueError
        If there are more than 65535 tracks.
    OSError
        If laptrack is not installed.
    """
    fitted = fit_parameters(frames, spacing, parameters)
    objects = [(each.frame, label) for each in frames for label in each.labels.tolist()]
    return LinkedSequence(build_lineage(objects, link_objects(frames, spacing, fitted)), fitted)
