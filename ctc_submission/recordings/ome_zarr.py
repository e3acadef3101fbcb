"""OME-Zarr on this machine (versions 0.4 and 0.5), its largest resolution, chunk by chunk."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.files import FrameInfo
from ctc_submission.challenge.intensities import check_pixel_type
from ctc_submission.challenge.tiff.axes import Axes, to_stack
from ctc_submission.challenge.tiff.page_checks import naming_file
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.tiff.units import micrometers
from ctc_submission.recordings.layout import Layout


class OmeZarrRecording:
    """The image of an OME-Zarr folder.

    Parameters
    ----------
    path : Path
        The folder.

    Raises
    ------
    OSError
        If the package zarr is not installed.
    ValueError
        If the folder holds no image of axes T, C, Z, Y, X, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            import zarr
        except ModuleNotFoundError as error:
            raise OSError(f"'{path}' needs the package zarr: pip install 'ctc-submission[formats]'") from error
        with naming_file(path):
            try:
                group: Any = zarr.open_group(str(path), mode="r")
            except FileNotFoundError as error:
                raise ValueError(f"no zarr group: {error}") from error
            attributes = group.attrs.asdict()
            multiscales = _find_multiscales(attributes, path)
            self._array = group[multiscales["datasets"][0]["path"]]
        self._names = _axis_names(multiscales["axes"])
        if len(self._names) != len(self._array.shape) or not set("YX") <= set(self._names) <= set("TCZYX"):
            raise ValueError(
                f"'{path}' holds {self._names} of {' x '.join(map(str, self._array.shape))}, expected axes of TCZYX, Y "
                "and X among them: export one such image"
            )
        check_pixel_type(np.dtype(self._array.dtype), f"'{path}'")
        length = dict(zip(self._names, self._array.shape, strict=True))
        info = _info(path, self._array, length, _find_spacing(multiscales, self._names, length))
        self.layout = Layout(info, length.get("T", 1), _channels(attributes, length.get("C", 1)))

    def read(self, time: int, channel: int) -> NDArray:
        """Read a time point of a channel as (Z, Y, X); other chunks are not touched."""
        chosen = tuple({"T": time, "C": channel}.get(name, slice(None)) for name in self._names)
        kept = "".join(name for name in self._names if name in "ZYX")
        with naming_file(self._path):
            array = np.asarray(self._array[chosen])
            return to_stack(np.ascontiguousarray(array, self.layout.info.dtype), Axes(kept, array.shape))


def _find_multiscales(attributes: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Find what says which arrays are the image."""
    found = attributes.get("ome", attributes).get("multiscales")
    if not found:
        raise ValueError(
            "no multiscales metadata of OME: it holds no image itself; name the folder of one image in it, "
            f"such as '{path / '0'}', copied to a folder named .zarr"
        )
    return found[0]


def _axis_names(axes: Sequence[Any]) -> str:
    """Return a letter per axis; version 0.3 has names alone."""
    return "".join(str(axis["name"] if isinstance(axis, Mapping) else axis) for axis in axes).upper()


def _find_spacing(multiscales: Mapping[str, Any], names: str, length: Mapping[str, int]) -> Spacing | None:
    """Multiply the scales of the image and of all of its resolutions; None unless each axis has a unit of length."""
    edges = dict.fromkeys("ZYX", math.nan)
    for name, axis in zip(names, multiscales["axes"], strict=True):
        if name in edges and isinstance(axis, Mapping):
            edges[name] = micrometers(str(axis.get("unit", "")))
    for transforms in (multiscales["datasets"][0], multiscales):
        for transform in transforms.get("coordinateTransformations", ()):
            if transform.get("type") == "scale":
                scales = dict(zip(names, transform["scale"], strict=True))
                edges = {name: edge * float(scales.get(name, 1)) for name, edge in edges.items()}
    if length.get("Z", 1) == 1:
        edges["Z"] = 1.0
    known = all(math.isfinite(edge) and edge > 0 for edge in edges.values())
    return (edges["Z"], edges["Y"], edges["X"]) if known else None


def _info(path: Path, array: Any, length: Mapping[str, int], spacing: Spacing | None) -> FrameInfo:
    return FrameInfo(
        path=path,
        shape=(length.get("Z", 1), length["Y"], length["X"]),
        dtype=np.dtype(array.dtype).newbyteorder("="),
        axes="".join(name for name, size in length.items() if size > 1 or name in "YX"),
        spacing=spacing,
        compression="chunked",
        is_tiled=True,
        file_bytes=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
    )


def _channels(attributes: Mapping[str, Any], count: int) -> tuple[str, ...]:
    channels = attributes.get("ome", attributes).get("omero", {}).get("channels", ())
    names = tuple(str(channel.get("label", "")) for channel in channels)
    return names if len(names) == count else ("",) * count
