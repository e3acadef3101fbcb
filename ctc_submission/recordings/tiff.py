"""TIFF files with time points or channels, as ImageJ and OME write them, read page by page."""

import math
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import tifffile
from numpy.typing import NDArray

from ctc_submission.challenge.files import FrameInfo
from ctc_submission.challenge.intensities import check_pixel_type, inverted
from ctc_submission.challenge.tiff.axes import Axes, is_guess, recording_axes, to_stack
from ctc_submission.challenge.tiff.image import TiffImage, open_tiff, worker_threads
from ctc_submission.challenge.tiff.page_checks import naming_file, tag_name
from ctc_submission.challenge.tiff.spacing import read_spacing
from ctc_submission.recordings.layout import Layout


class TiffRecording:
    """A TIFF file with one image array; the file is open only while something is read.

    Parameters
    ----------
    path : Path
        The file.
    axes : str, optional
        What the axes are, in stored order, where the file says otherwise.

    Raises
    ------
    FileNotFoundError, ValueError
        As `challenge.frames.read_frame`, but for time points and channels.
    """

    def __init__(self, path: Path, axes: str | None = None) -> None:
        self._path = path
        with open_tiff(path, axes) as image:
            self._axes = recording_axes(image.axes, axes, path)
            check_pixel_type(image.dtype, f"'{path}'")
            self._pages = _pages_of(image, self._axes)
            self._given = axes
            self._bits = image.page.bitspersample
            self._inverts = image.is_white_zero
            length = dict(zip(self._axes.names, self._axes.lengths, strict=True))
            self.layout = Layout(
                _info(image, self._axes, axes), length.get("T", 1), _channels(image, length.get("C", 1))
            )

    def read(self, time: int, channel: int) -> NDArray:
        """Read a time point of a channel as (Z, Y, X), intensities as stored, but inverted where 0 is white."""
        chosen = tuple({"T": time, "C": channel}.get(name, slice(None)) for name in self._axes.names)
        array = self._read_pages(chosen) if self._pages is not None else self._read_plain(chosen)
        stack = to_stack(np.ascontiguousarray(array, self.layout.info.dtype), self._axes.only("ZYX"))
        return inverted(stack, self._bits, f"'{self._path}'") if self._inverts else stack

    def _read_pages(self, chosen: tuple[Any, ...]) -> NDArray:
        """Decode the pages of a part."""
        numbers = np.atleast_1d(self._pages[chosen[:-2]]).ravel()  # type: ignore[index]
        with naming_file(self._path), tifffile.TiffFile(self._path, is_ome=False) as file:
            return file.asarray(key=[int(number) for number in numbers], maxworkers=worker_threads())

    def _read_plain(self, chosen: tuple[Any, ...]) -> NDArray:
        """Read a part where pages are no planes: from the plain data behind one page if it is that, else from all."""
        with open_tiff(self._path, self._given) as image:
            series = image.file.series[0]
            if image.order is None and series.dataoffset is not None and series.size == math.prod(self._axes.lengths):
                stored = image.dtype.newbyteorder(image.file.byteorder)
                with naming_file(self._path):
                    data = np.memmap(self._path, stored, "r", series.dataoffset, self._axes.lengths)
                return np.array(data[chosen])
            return image.decode().reshape(self._axes.lengths)[chosen]


def _pages_of(image: TiffImage, axes: Axes) -> NDArray[np.int64] | None:
    """Arrange the numbers of the pages as the array's leading axes; None where pages are no planes of it."""
    if image.order is None or set(axes.names[-2:]) != {"Y", "X"}:
        return None
    if len(image.order) != math.prod(axes.lengths[:-2]) or image.page.size != math.prod(axes.lengths[-2:]):
        return None
    return np.array(image.order, np.int64).reshape(axes.lengths[:-2])


def _info(image: TiffImage, axes: Axes, given: str | None) -> FrameInfo:
    with naming_file(image.path):
        spacing = read_spacing(image.file, axes.stack_shape[0])
    return FrameInfo(
        path=image.path,
        shape=axes.stack_shape,
        dtype=image.dtype,
        axes=axes.names,
        spacing=spacing,
        compression=tag_name(tifffile.COMPRESSION, image.page.compression),
        is_tiled=image.page.is_tiled,
        file_bytes=image.path.stat().st_size,
        axes_guessed=is_guess(image.axes, given),
        is_white_zero=image.is_white_zero,
    )


def _channels(image: TiffImage, count: int) -> tuple[str, ...]:
    """Return the names that OME metadata gives to the channels."""
    names: list[str] = []
    if image.file.is_ome or image.page.description.rstrip().endswith("OME>"):
        try:
            pixels = ElementTree.fromstring(image.page.description.encode()).find(".//{*}Pixels")
        except ElementTree.ParseError:
            pixels = None
        names = [] if pixels is None else [each.get("Name", "") for each in pixels.iterfind("{*}Channel")]
    return tuple(names) if len(names) == count else ("",) * count
