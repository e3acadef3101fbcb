"""The challenge's datasets: what a tool must know of them before it opens a file."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Dataset:
    """Facts about one dataset, from the challenge's pages."""

    name: str
    """The challenge's name, for example ``Fluo-C3DL-MDA231``."""
    field_margin: int
    """Width in pixels of the field-of-interest margin, in x and y."""
    spacing: tuple[float, float, float] | None = None
    """Voxel size (z, y, x) in micrometers; None where the challenge gives no single one, or for 2D."""
    penalize_extra_detections: bool = True
    """Whether the segmentation benchmark's DET counts result objects without a reference."""
    digits: int = 3
    """Digits of the frame number in file names."""

    def __post_init__(self) -> None:
        if self.field_margin < 0:
            raise ValueError(f"{self.name}: field_margin is {self.field_margin}, expected 0 or more pixels")

    @property
    def is_3d(self) -> bool:
        """Whether frames are stacks: the fourth letter of the middle part of the name."""
        return "3D" in self.name.split("-")[1]


_ALL = (
    Dataset("Fluo-C3DL-MDA231", field_margin=25, spacing=(6.0, 1.242, 1.242)),
    Dataset("Fluo-N3DL-TRIC", field_margin=0, penalize_extra_detections=False),
    Dataset("Fluo-C3DH-A549-SIM", field_margin=0, spacing=(1.0, 0.126, 0.126)),
    Dataset("Fluo-C3DH-A549", field_margin=0, spacing=(1.0, 0.126, 0.126)),
    Dataset("Fluo-C3DH-H157", field_margin=50, spacing=(0.5, 0.126, 0.126)),
    Dataset("Fluo-N3DH-CE", field_margin=50, spacing=(1.0, 0.09, 0.09)),
    Dataset("Fluo-N3DH-CHO", field_margin=50, spacing=(1.0, 0.202, 0.202)),
    Dataset("Fluo-N3DH-SIM+", field_margin=0, spacing=(0.2, 0.125, 0.125)),
    Dataset("Fluo-N3DL-DRO", field_margin=0, spacing=(2.03, 0.406, 0.406), penalize_extra_detections=False),
    Dataset("Fluo-N3DL-TRIF", field_margin=0, spacing=(0.38, 0.38, 0.38), penalize_extra_detections=False),
    Dataset("DIC-C2DH-HeLa", field_margin=50),
    Dataset("Fluo-C2DL-Huh7", field_margin=50),
    Dataset("Fluo-C2DL-MSC", field_margin=50),
    Dataset("Fluo-N2DH-GOWT1", field_margin=50),
    Dataset("PhC-C2DH-U373", field_margin=50),
    Dataset("BF-C2DL-HSC", field_margin=25),
    Dataset("BF-C2DL-MuSC", field_margin=25),
    Dataset("Fluo-N2DL-HeLa", field_margin=25),
    Dataset("PhC-C2DL-PSC", field_margin=25),
    Dataset("Fluo-N2DH-SIM+", field_margin=0),
)

DATASETS: Mapping[str, Dataset] = MappingProxyType({dataset.name: dataset for dataset in _ALL})
"""Every dataset of the challenge whose field of interest is known, by name."""


def find_dataset(name: str) -> Dataset:
    """Look up a dataset by the challenge's name.

    Raises
    ------
    ValueError
        If the name is unknown; the message suggests the nearest names.
    """
    if name in DATASETS:
        return DATASETS[name]
    near = difflib.get_close_matches(name, DATASETS, n=3, cutoff=0.5) or sorted(DATASETS)
    raise ValueError(f"unknown dataset '{name}': expected a name of the challenge, such as {', '.join(near)}")


def recognize_dataset(name: str) -> Dataset | None:
    """Recognize a dataset by the name of a folder: the challenge's name in any case, alone or with something after it.

    ``fluo-n3dl-tric`` and ``Fluo-N3DL-TRIC_copy`` are Fluo-N3DL-TRIC, ``Fluo-N3DL-TRICK`` is nothing known.

    Returns
    -------
    Dataset or None
        That with the longest name that fits; None if there is none.
    """
    fitting = [each for each in _ALL if re.match(rf"{re.escape(each.name)}(?![A-Za-z0-9+])", name, re.IGNORECASE)]
    return max(fitting, key=lambda dataset: len(dataset.name), default=None)
