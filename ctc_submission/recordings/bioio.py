"""Files of microscopes' own formats, by whichever readers of bioio are installed.

The extra ``formats`` brings those of ND2 (MIT) and LIF (BSD-3-Clause). That of CZI, bioio-czi, is under the GPL: it
comes with nothing here, and is used where a user has installed it.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.files import FrameInfo
from ctc_submission.challenge.intensities import check_pixel_type
from ctc_submission.challenge.tiff.page_checks import naming_file
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.recordings.layout import Layout, choose_named

_PACKAGES = {
    ".czi": "bioio-czi (GPL-3.0)",
    ".lif": "'ctc-submission[formats]', on Python 3.11 or newer",
    ".nd2": "'ctc-submission[formats]'",
}


class BioioRecording:
    """A scene of a file that bioio reads.

    Parameters
    ----------
    path : Path
        The file.
    scene : str, optional
        Number, from 0, or name of the scene, where the file holds several.

    Raises
    ------
    OSError
        If bioio, or its reader of such files, is not installed.
    ValueError
        If the file holds several scenes and none is chosen, mosaic tiles or colors, or cannot be read.
    """

    def __init__(self, path: Path, scene: str | None = None) -> None:
        self._path = path
        self._image = _open(path)
        with naming_file(path):
            scenes = tuple(str(name) for name in self._image.scenes)
        chosen = choose_named(path, "scene", scenes, scene)
        with naming_file(path):
            self._image.set_scene(chosen)
            dims, dtype = self._image.dims, np.dtype(self._image.dtype)
            names = tuple(str(name) for name in self._image.channel_names or ())
            spacing = _find_spacing(self._image.physical_pixel_sizes, dims.Z)
        lengths = dict(zip(dims.order, dims.shape, strict=True))
        _check_axes(path, lengths)
        check_pixel_type(dtype, f"'{path}'")
        info = FrameInfo(
            path=path,
            shape=(lengths["Z"], lengths["Y"], lengths["X"]),
            dtype=dtype.newbyteorder("="),
            axes="".join(name for name in "TCZYX" if lengths[name] > 1 or name in "YX"),
            spacing=spacing,
            compression="unknown",
            is_tiled=False,
            file_bytes=path.stat().st_size,
        )
        channels = names if len(names) == lengths["C"] else ("",) * lengths["C"]
        self.layout = Layout(info, lengths["T"], channels, scenes)

    def read(self, time: int, channel: int) -> NDArray:
        """Read a time point of a channel as (Z, Y, X)."""
        with naming_file(self._path):
            stack = self._image.get_image_dask_data("ZYX", T=time, C=channel).compute(scheduler="synchronous")
            return np.ascontiguousarray(stack, self.layout.info.dtype)


def _open(path: Path) -> Any:
    """Open a file with the reader that is installed for it."""
    package = _PACKAGES.get(path.suffix.lower(), "a reader of bioio")
    try:
        from bioio import BioImage
        from bioio_base.exceptions import UnsupportedFileFormatError
    except ModuleNotFoundError as error:
        raise OSError(f"'{path}' needs the package bioio: pip install 'ctc-submission[formats]'") from error
    with naming_file(path):
        try:
            return BioImage(path)
        except UnsupportedFileFormatError as error:
            raise OSError(f"'{path}' needs a reader of bioio for such files: pip install {package}") from error


def _check_axes(path: Path, lengths: dict[str, int]) -> None:
    """Refuse what is not a gray image of T, C, Z, Y, X."""
    if "S" in lengths:
        raise ValueError(f"'{path}' is in color ({lengths['S']} samples), expected gray: export one channel in gray")
    others = [f"{length} along {name}" for name, length in lengths.items() if name not in "TCZYX" and length > 1]
    if others:
        raise ValueError(
            f"'{path}' holds {', '.join(others)} (M: mosaic tiles), expected axes of TCZYX: export it with its tiles "
            "merged, or one file per tile"
        )


def _find_spacing(sizes: Any, slices: int) -> Spacing | None:
    """Return the voxel size in micrometers, as bioio gives it; None unless each edge is stated.

    The edge along z is negative where a microscope went from top to bottom.
    """
    edges = [math.nan if edge is None else abs(float(edge)) for edge in (sizes.Z, sizes.Y, sizes.X)]
    if slices == 1:
        edges[0] = 1.0
    known = all(math.isfinite(edge) and edge > 0 for edge in edges)
    return (edges[0], edges[1], edges[2]) if known else None
