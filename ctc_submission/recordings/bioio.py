"""Files of microscopes' own formats, by whichever readers of bioio are installed.

The extra ``formats`` brings that of ND2 (MIT). Those of CZI and LIF, bioio-czi and bioio-lif, are under the GPL: they
come with nothing here, and are used where a user has installed them.
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
from ctc_submission.recordings.layout import Layout

_PACKAGES = {".czi": "bioio-czi (GPL-3.0)", ".lif": "bioio-lif (GPL-3.0)", ".nd2": "'ctc-submission[formats]'"}


class BioioRecording:
    """A file that bioio reads.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    OSError
        If bioio, or its reader of such files, is not installed.
    ValueError
        If the file holds several scenes or colors, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._image = _open(path)
        with naming_file(path):
            scenes, dims = list(self._image.scenes), self._image.dims
            dtype, names = np.dtype(self._image.dtype), self._image.channel_names
            spacing = _find_spacing(self._image.physical_pixel_sizes, dims.Z)
        if len(scenes) > 1:
            raise ValueError(f"'{path}' holds {len(scenes)} scenes, expected one: export one file per scene")
        if "S" in dims.order:
            raise ValueError(f"'{path}' is in color ({dims.S} samples), expected gray: export one channel in gray")
        check_pixel_type(dtype, f"'{path}'")
        lengths = {name: int(getattr(dims, name)) for name in "TCZYX"}
        info = FrameInfo(
            path=path,
            shape=(lengths["Z"], lengths["Y"], lengths["X"]),
            dtype=dtype.newbyteorder("="),
            axes="".join(name for name, length in lengths.items() if length > 1 or name in "YX"),
            spacing=spacing,
            compression="unknown",
            is_tiled=False,
            file_bytes=path.stat().st_size,
        )
        channels = tuple(str(name) for name in names or ())
        self.layout = Layout(info, lengths["T"], channels if len(channels) == lengths["C"] else ("",) * lengths["C"])

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


def _find_spacing(sizes: Any, slices: int) -> Spacing | None:
    """Return the voxel size in micrometers, as bioio gives it; None unless each edge is stated."""
    edges = [math.nan if edge is None else float(edge) for edge in (sizes.Z, sizes.Y, sizes.X)]
    if slices == 1:
        edges[0] = 1.0
    known = all(math.isfinite(edge) and edge > 0 for edge in edges)
    return (edges[0], edges[1], edges[2]) if known else None
