"""Folders of a sequence (``01``, ``01_RES``, ``01_GT``) and labels of OME-Zarr, opened in napari."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.voxel_size import resolve_voxel_size
from ctc_submission.viewing.layers import LayerData, folder_info, folder_layers

Reader = Callable[[Any], list[LayerData]]


def get_reader(path: str | Sequence[str]) -> Reader | None:
    """Return what reads a folder; None for what is none of ours.

    Parameters
    ----------
    path : str or sequence of str
        What was dropped on napari, or opened.
    """
    paths = [Path(path)] if isinstance(path, str) else [Path(each) for each in path]
    return read_folders if paths and all(map(_is_ours, paths)) else None


def read_folders(path: str | Sequence[str]) -> list[LayerData]:
    """Read folders as layers.

    Raises
    ------
    ValueError
        If a folder holds nothing that is known.
    OSError
        If zarr is needed and not installed.
    """
    paths = [Path(path)] if isinstance(path, str) else [Path(each) for each in path]
    layers: list[LayerData] = []
    for each in paths:
        layers += _zarr_labels(each) if each.suffix == ".zarr" else folder_layers(each, _spacing(each))
    return layers


def _is_ours(path: Path) -> bool:
    if not path.is_dir():
        return False
    if path.suffix == ".zarr":
        return (path / "labels").is_dir()
    if not re.fullmatch(r"[0-9]{2,}(_(RES|GT|ST)([-.].*)?)?", path.name):
        return False
    patterns = ("t[0-9]*.tif", "mask[0-9]*.tif", "SEG/man_seg*.tif", "TRA/man_track*.tif")
    return any(any(path.glob(pattern)) for pattern in patterns)


def _spacing(folder: Path) -> Spacing:
    """Take the voxel size of the frames beside a folder of masks or references, else what the folder itself says."""
    frames = folder.with_name(folder.name.split("_")[0])
    source = frames if frames.is_dir() and any(frames.glob("t[0-9]*.tif")) else folder
    return resolve_voxel_size([folder_info(source)], dataset=folder.resolve().parent.name).spacing


def _zarr_labels(path: Path) -> list[LayerData]:
    """Read every image of labels of an OME-Zarr folder, in its finest resolution."""
    try:
        import zarr
    except ModuleNotFoundError as error:
        raise OSError("OME-Zarr needs zarr: pip install 'ctc-submission[view]'") from error
    layers: list[LayerData] = []
    for name in sorted(each.name for each in (path / "labels").iterdir() if each.is_dir()):
        group = zarr.open_group(path / "labels" / name, mode="r")
        attributes = dict(group.attrs)
        finest = _finest(attributes.get("ome", attributes))
        array: NDArray = np.asarray(group[finest["path"]])
        layers.append((array, {"name": name, "scale": _zarr_scale(finest, array.ndim)}, "labels"))
    return layers


def _finest(attributes: Any) -> dict[str, Any]:
    multiscales = attributes.get("multiscales") or [{}]
    return (multiscales[0].get("datasets") or [{"path": "0"}])[0]


def _zarr_scale(dataset: dict[str, Any], ndim: int) -> list[float]:
    """Return the edges that are stated, the ratios of space alone; ones where they are not."""
    changes = dataset.get("coordinateTransformations") or []
    scale = next((each["scale"] for each in changes if each.get("type") == "scale"), [1.0] * ndim)
    return [float(edge) for edge in scale]
