"""The voxel size that distances between objects are measured with, and where it was found."""

import math
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.datasets import DATASETS, find_dataset
from ctc_submission.challenge.files import read_frame_info
from ctc_submission.challenge.record_places import record_path
from ctc_submission.challenge.run_record import recorded_spacing
from ctc_submission.challenge.tiff.spacing import Spacing


@dataclass(frozen=True)
class VoxelSize:
    """A voxel size and its origin."""

    spacing: Spacing
    """Edges (z, y, x) of a voxel; micrometers, but for a run record, which may have any unit."""
    origin: str
    """Where it was found, in words."""

    def __post_init__(self) -> None:
        if not all(math.isfinite(edge) and edge > 0 for edge in self.spacing):
            raise ValueError(f"voxel size of {self.origin} is {self.spacing}, expected three positive edges (z, y, x)")


def find_voxel_size(results: Path, mask: Path, dataset: str | None = None) -> VoxelSize:
    """Find the voxel size of a result: that of its dataset, of its run record, or what its files state.

    Parameters
    ----------
    results : Path
        Folder of the masks, ``DATASET/SEQ_RES``.
    mask : Path
        One of the masks.
    dataset : str, optional
        Name of the dataset; that of the folder above `results` by default.

    Returns
    -------
    VoxelSize
        Cubes of edge 1 where nothing is known.

    Raises
    ------
    ValueError
        If the dataset is unknown, or the run record or the mask cannot be read.
    """
    above = results.resolve().parent.name
    found = find_dataset(dataset) if dataset else DATASETS.get(above)
    if found and found.spacing:
        return VoxelSize(found.spacing, found.name)
    recorded = recorded_spacing(results)
    if recorded:
        return VoxelSize(recorded, record_path(results).name)
    stated = read_frame_info(mask).spacing
    return VoxelSize(stated, mask.name) if stated else VoxelSize((1.0, 1.0, 1.0), "nothing known: cubes")
