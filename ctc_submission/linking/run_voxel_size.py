"""The voxel size that distances between objects are measured with: that of the run that made the masks, if known."""

from pathlib import Path

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.challenge.files import read_frame_info
from ctc_submission.challenge.record_places import record_path
from ctc_submission.challenge.run_record import recorded_spacing
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.voxel_size import VoxelSize, resolve_voxel_size


def find_voxel_size(results: Path, mask: Path, dataset: str | None = None, spacing: Spacing | None = None) -> VoxelSize:
    """Find the voxel size of a result, by the precedence of `challenge.voxel_size`.

    Parameters
    ----------
    results : Path
        Folder of the masks, ``DATASET/SEQ_RES``, the record of the run beside it.
    mask : Path
        One of the masks.
    dataset : str, optional
        Name of the dataset, where it is stated.
    spacing : tuple of float, optional
        Edges (z, y, x) of a voxel, where they are stated.

    Returns
    -------
    VoxelSize
        In micrometers, but for sizes that are stated, or recorded as stated, which may have any unit.

    Raises
    ------
    ValueError
        If the dataset is unknown, the edges are not positive, or the run record or the mask cannot be read.
    """
    infos = [read_frame_info(mask)]
    if spacing is not None:
        return resolve_voxel_size(infos, stated=spacing, stated_by="--spacing")
    known = find_dataset(dataset) if dataset else None
    if known and known.spacing:
        return resolve_voxel_size(infos, stated=known.spacing, stated_by=known.name)
    recorded = recorded_spacing(results)
    return resolve_voxel_size(infos, stated=recorded, stated_by=record_path(results).name)
