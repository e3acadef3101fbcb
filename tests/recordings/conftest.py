"""Recordings of two time points and two channels, written in several formats by several libraries."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from tests.conftest import ball_stack
from tests.recordings.lif_writer import write_lif_file
from tests.recordings.nd2_writer import write_nd2_file

SPACING = (2.0, 0.5, 0.25)
SQUARE = (2.0, 0.25, 0.25)
NAMES = ["DAPI", "GFP"]


@pytest.fixture(scope="session")
def recording() -> np.ndarray:
    """(T, C, Z, Y, X) uint16."""
    shape = (3, 40, 48)
    return np.stack([[ball_stack(10 * time + channel, shape) for channel in range(2)] for time in range(2)])


def write_imagej(path: Path, recording: np.ndarray) -> Path:
    path = path.with_suffix(".tif")
    metadata = {"axes": "TZCYX", "spacing": SPACING[0], "unit": "um"}
    resolution = (1 / SPACING[2], 1 / SPACING[1])
    tifffile.imwrite(path, recording.swapaxes(1, 2), imagej=True, resolution=resolution, metadata=metadata)
    return path


def write_ome_tiff(path: Path, recording: np.ndarray) -> Path:
    path = path.with_suffix(".ome.tif")
    sizes = {f"PhysicalSize{axis}": size for axis, size in zip("ZYX", SPACING, strict=True)}
    metadata = {"axes": "TCZYX", "Channel": {"Name": NAMES}, **sizes}
    tifffile.imwrite(path, recording, metadata=metadata, compression="zlib", tile=(16, 16))
    return path


def _write_zarr(path: Path, recording: np.ndarray, version: int) -> Path:
    zarr = pytest.importorskip("zarr", minversion="3")
    path = path.with_suffix(".ome.zarr")
    group = zarr.open_group(path, mode="w", zarr_format=version)
    chunks = (1, 1, *recording.shape[2:])
    group.create_array("0", shape=recording.shape, dtype=recording.dtype, chunks=chunks)[...] = recording
    spatial = [{"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
    metadata = {
        "multiscales": [
            {
                "axes": [{"name": "t", "type": "time"}, {"name": "c", "type": "channel"}, *spatial],
                "datasets": [
                    {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1, *SPACING]}]}
                ],
                "version": "0.4",
            }
        ],
        "omero": {"channels": [{"label": name} for name in NAMES]},
    }
    group.attrs.update(metadata if version == 2 else {"ome": {"version": "0.5", **metadata}})
    return path


def write_zarr_2(path: Path, recording: np.ndarray) -> Path:
    return _write_zarr(path, recording, 2)


def write_zarr_3(path: Path, recording: np.ndarray) -> Path:
    return _write_zarr(path, recording, 3)


def write_by_ome_zarr(path: Path, recording: np.ndarray) -> Path:
    writer = pytest.importorskip("ome_zarr.writer")
    zarr = pytest.importorskip("zarr", minversion="3")
    path = path.with_suffix(".zarr")
    group = zarr.open_group(path, mode="w")
    axes = [
        {"name": "t", "type": "time"},
        {"name": "c", "type": "channel"},
        *({"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"),
    ]
    scale = [[{"type": "scale", "scale": [1.0, 1.0, *SPACING]}]]
    writer.write_multiscale([recording], group, axes=axes, coordinate_transformations=scale)
    return path


def write_czi(path: Path, recording: np.ndarray) -> Path:
    czi = pytest.importorskip("pylibCZIrw.czi")
    pytest.importorskip("bioio_czi")
    path = path.with_suffix(".czi")
    with czi.create_czi(str(path)) as document:
        for time, channel, z in np.ndindex(recording.shape[:3]):
            plane = {"T": time, "C": channel, "Z": z}
            document.write(recording[time, channel, z][..., None], plane=plane)
        z, y, x = (size * 1e-6 for size in SPACING)
        document.write_metadata("made here", channel_names=dict(enumerate(NAMES)), scale_x=x, scale_y=y, scale_z=z)
    return path


def write_lif(path: Path, recording: np.ndarray) -> Path:
    pytest.importorskip("bioio_lif")
    path = path.with_suffix(".lif")
    write_lif_file(path, {"Series001": recording}, NAMES, SPACING)
    return path


def write_nd2(path: Path, recording: np.ndarray) -> Path:
    pytest.importorskip("bioio_nd2")
    path = path.with_suffix(".nd2")
    write_nd2_file(path, {"": recording}, NAMES, (SQUARE[0], SQUARE[1]))
    return path


Write = Callable[[Path, np.ndarray], Path]
WRITERS: list[Write] = [
    write_imagej,
    write_ome_tiff,
    write_zarr_2,
    write_zarr_3,
    write_by_ome_zarr,
    write_czi,
    write_lif,
    write_nd2,
]
NAMELESS: tuple[Write, ...] = (write_imagej, write_by_ome_zarr)
"""Those whose channels have no names."""


def spacing_of(write: Write) -> tuple[float, float, float]:
    """The voxel size that a writer states: ND2 has one length for y and x."""
    return SQUARE if write is write_nd2 else SPACING
