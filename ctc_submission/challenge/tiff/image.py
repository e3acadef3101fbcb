"""Opening TIFF files with nothing guessed: every page checked, axes as the file tells them, decoding in threads."""

import contextlib
import logging
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from ctc_submission.challenge.tiff.axes import Axes
from ctc_submission.challenge.tiff.directories import check_directories
from ctc_submission.challenge.tiff.page_checks import check_pages, naming_file, tag_name

_GRAY = (tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.MINISWHITE)

# What tifffile only logs is checked and raised here; without a handler Python would print its log lines as well.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class TiffImage:
    """An open TIFF file with one image array, found to be whole."""

    path: Path
    """The file."""
    file: tifffile.TiffFile
    """The file as tifffile opened it."""
    axes: Axes
    """Axes of the array, in stored order."""
    order: tuple[int, ...] | None
    """Numbers of the pages in the order of the array; None where one page heads the data of many slices."""

    @property
    def page(self) -> tifffile.TiffPage:
        """The first page, which speaks for all: they are alike."""
        return self.file.pages.first

    @property
    def is_white_zero(self) -> bool:
        """Whether 0 is white, so that bright spots have low numbers."""
        return self.page.photometric == tifffile.PHOTOMETRIC.MINISWHITE

    @property
    def dtype(self) -> np.dtype:
        """Type of the numbers, in native byte order."""
        return np.dtype(self.page.dtype).newbyteorder("=")

    def decode(self) -> NDArray:
        """Read the array in threads, in stored order and native byte order."""
        with naming_file(self.path):
            if self.order is None:
                array = self.file.series[0].asarray()
            else:
                array = self.file.asarray(key=list(self.order), maxworkers=worker_threads())
            return array.astype(self.dtype, copy=False).reshape(self.axes.lengths)


def worker_threads() -> int:
    """Return how many threads this process may keep busy, 8 at most."""
    affinity = getattr(os, "sched_getaffinity", None)
    return min(8, len(affinity(0)) if affinity else os.cpu_count() or 1)


@contextlib.contextmanager
def open_tiff(path: Path, given: str | None) -> Iterator[TiffImage]:
    """Open a TIFF file, reading headers only.

    Parameters
    ----------
    path : Path
        The file.
    given : str, optional
        What the axes are in the user's words; then the pages count, not how the file describes them.

    Yields
    ------
    TiffImage

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty, damaged, truncated, not a TIFF, in color, or holds pages that differ or several images.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file '{path}', expected a TIFF image")
    check_directories(path)
    with contextlib.ExitStack() as stack:
        with naming_file(path):
            file = stack.enter_context(tifffile.TiffFile(path, is_ome=None if given is None else False))
            pages = list(file.pages)
        check_pages(pages, path)
        with naming_file(path):
            series = _list_series(file)
        if given is None:
            yield _described_image(file, pages, series, path)
        else:
            yield _plain_image(file, pages, series, path)


def _plain_image(
    file: tifffile.TiffFile, pages: list[tifffile.TiffPage], series: list[tifffile.TiffPageSeries], path: Path
) -> TiffImage:
    """Take the pages in the order of the file, whatever its description says."""
    if len(pages) == 1 and _heads_all(series, path):
        return TiffImage(path, file, _series_axes(series[0]), None)
    many = len(pages) > 1
    names, lengths = ("I" * many + pages[0].axes), (len(pages),) * many + pages[0].shape
    return TiffImage(path, file, Axes(names, lengths), tuple(range(len(pages))))


def _described_image(
    file: tifffile.TiffFile, pages: list[tifffile.TiffPage], series: list[tifffile.TiffPageSeries], path: Path
) -> TiffImage:
    """Arrange the pages as the file describes them."""
    image = plain = _plain_image(file, pages, series, path)
    if plain.order is not None and not (len(series) == len(pages) and all(one.kind == "shaped" for one in series)):
        if len(series) != 1:
            raise ValueError(
                f"'{path}' holds {len(series)} images, expected one stack: export one per file{plain.axes.fix}"
            )
        image = TiffImage(path, file, _series_axes(series[0]), _page_order(file, series[0], path))
    _check_gray(image)
    if not _fits_description(image, series[0].kind):
        raise ValueError(
            f"'{path}' holds {plain.axes}, which does not fit how it describes itself: it may be truncated, "
            f"or one of several files of an image: export it again as one file{plain.axes.fix}"
        )
    return image


def _list_series(file: tifffile.TiffFile) -> list[tifffile.TiffPageSeries]:
    """List the images of a file, axes of length 1 included where tifffile drops them otherwise (since 2026.5)."""
    series = file.series
    return list(series(squeeze=False)) if callable(series) else list(series)


def _series_axes(series: tifffile.TiffPageSeries) -> Axes:
    """Return the axes of a series, those of length 1 included."""
    if hasattr(series, "get_axes"):  # of earlier versions, whose series drop them by default
        return Axes(series.get_axes(False), series.get_shape(False))
    return Axes(series.axes, series.shape)


def _heads_all(series: list[tifffile.TiffPageSeries], path: Path) -> bool:
    """Return whether the only page is followed by the plain data of further slices, as ImageJ writes above 4 GB."""
    one = series[0]
    if one.size <= one.keyframe.size or one.dataoffset is None:
        return False
    return one.dataoffset + one.nbytes <= path.stat().st_size


def _page_order(file: tifffile.TiffFile, series: tifffile.TiffPageSeries, path: Path) -> tuple[int, ...]:
    """Return the numbers of the pages in the order of the array, those of this file that are there."""
    with naming_file(path):
        pages = [series[number] for number in range(min(len(series), len(file.pages)))]
    return tuple(page.index for page in pages if page is not None and page.parent is file)


def _check_gray(image: TiffImage) -> None:
    if image.page.photometric not in _GRAY:
        name = tag_name(tifffile.PHOTOMETRIC, image.page.photometric)
        raise ValueError(
            f"'{image.path}' is in color ({name}, {image.axes}), expected gray: "
            f"export one channel in gray{image.axes.fix}"
        )


def _fits_description(image: TiffImage, kind: str) -> bool:
    """Return whether the description was understood, and asks for all of the pages and for no more."""
    file = image.file
    if kind in ("generic", "uniform") and (file.is_ome or file.is_imagej):
        return False
    if image.order is None:
        return True
    described = sum(math.prod(one["shape"]) for one in file.shaped_metadata or ()) or math.prod(image.axes.lengths)
    return described == len(image.order) * image.page.size and len(set(image.order)) == len(file.pages)
