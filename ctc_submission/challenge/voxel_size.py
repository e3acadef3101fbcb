"""The voxel size of a recording, and where it comes from: whatever needs it asks here.

The first that is known holds:

1. what is stated: on the command line, in the configuration (that of a dataset of the challenge has the challenge's),
   or, of a result, in the record of its run
2. what the files themselves state
3. that of the challenge's dataset, by the name of the folder of files that lie as in ``DATASET/SEQ/t000.tif``
4. none: isotropic voxels are assumed

A 2D image has no z. Its z is given as the finer edge of its pixels, whatever is stated, so that it decides nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.challenge.frames import FrameInfo
from ctc_submission.challenge.tiff.spacing import Spacing

_ASSUMED = "not stated, assumed isotropic"
_TOLERANCE = 0.01
"""Part by which edges that files of one recording state may differ: stages and rounded headers do."""


@dataclass(frozen=True)
class VoxelSize:
    """A voxel size and its source."""

    spacing: Spacing
    """Edges (z, y, x) of a voxel."""
    source: str
    """Where it comes from, in words: a file's name, a dataset's, ..."""
    unit: str = ""
    """``um`` where edges are known to be in micrometers; empty where only their ratios are."""
    is_known: bool = True
    """Whether it was found; isotropic voxels are assumed otherwise."""
    ndim: int = 3
    """2 for images, whose z means nothing."""

    def __post_init__(self) -> None:
        if len(self.spacing) != 3 or not all(math.isfinite(edge) and edge > 0 for edge in self.spacing):
            raise ValueError(f"voxel size of {self.source} is {self.spacing}, expected three positive edges (z, y, x)")

    def __str__(self) -> str:
        edges = " x ".join(f"{edge:g}" for edge in self.spacing[-self.ndim :])
        return f"{edges}{' ' if self.unit else ''}{self.unit} ({self.source})"


def resolve_voxel_size(
    frames: Sequence[FrameInfo],
    *,
    stated: Spacing | None = None,
    stated_by: str = "--spacing or configuration",
    dataset: str | None = None,
) -> VoxelSize:
    """Find the voxel size of a recording, by the precedence of this module.

    Parameters
    ----------
    frames : sequence of FrameInfo
        What the headers of its files tell, one or more.
    stated : tuple of float, optional
        Edges (z, y, x) that are stated elsewhere, in any unit.
    stated_by : str
        Where, in words.
    dataset : str, optional
        Name of the dataset; that of the folder above that of the files by default.

    Returns
    -------
    VoxelSize

    Raises
    ------
    ValueError
        If what is stated is not three positive edges, or nothing is and files state different sizes.
    """
    found = _stated(stated, stated_by) or _of_files(frames) or _of_dataset(frames[0], dataset)
    return _for_dimensions(found or _assumed(), frames[0].ndim)


def stated_voxel_size(stated: Spacing | None, stated_by: str, ndim: int) -> VoxelSize:
    """Return the voxel size of arrays, which state none themselves.

    Parameters
    ----------
    stated : tuple of float or None
        Edges (z, y, x); None for isotropic voxels, assumed.
    stated_by : str
        Where they are stated, in words.
    ndim : int
        2 or 3, the dimensions of a frame.

    Raises
    ------
    ValueError
        If what is stated is not three positive edges.
    """
    return _for_dimensions(_stated(stated, stated_by) or _assumed(), ndim)


def _assumed() -> VoxelSize:
    return VoxelSize((1.0, 1.0, 1.0), _ASSUMED, is_known=False)


def _for_dimensions(size: VoxelSize, ndim: int) -> VoxelSize:
    return size if ndim == 3 else _flat(size)


def _stated(spacing: Spacing | None, by: str) -> VoxelSize | None:
    return VoxelSize(spacing, by) if spacing is not None else None


def _of_files(frames: Sequence[FrameInfo]) -> VoxelSize | None:
    """Return the size that files state; those that state none leave it to the others."""
    stating = [(frame, frame.spacing) for frame in frames if frame.spacing is not None]
    if not stating:
        return None
    (first, spacing), *others = stating
    for frame, other in others:
        if not all(math.isclose(*edges, rel_tol=_TOLERANCE) for edges in zip(spacing, other, strict=True)):
            raise ValueError(
                f"'{frame.path}' states a voxel size z,y,x of {_um(other)}, but '{first.path.name}' of {_um(spacing)}: "
                "take recordings apart, or state the voxel size (--spacing Z Y X, or spacing in the configuration)"
            )
    return VoxelSize(spacing, first.path.name, "um")


def _of_dataset(frame: FrameInfo, name: str | None) -> VoxelSize | None:
    dataset = DATASETS.get(name or frame.path.resolve().parent.parent.name)
    return VoxelSize(dataset.spacing, dataset.name, "um") if dataset and dataset.spacing else None


def _flat(size: VoxelSize) -> VoxelSize:
    """Replace the z of a 2D image by what decides nothing."""
    _, y, x = size.spacing
    return replace(size, spacing=(min(y, x), y, x), ndim=2)


def _um(spacing: Spacing) -> str:
    return f"{' x '.join(f'{edge:g}' for edge in spacing)} um"
