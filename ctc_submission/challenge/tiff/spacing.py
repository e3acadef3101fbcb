"""The voxel size that a TIFF file states, if it does."""

import math
from xml.etree import ElementTree

import tifffile

from ctc_submission.challenge.tiff.units import micrometers

Spacing = tuple[float, float, float]


def read_spacing(file: tifffile.TiffFile, slices: int) -> Spacing | None:
    """Return the voxel size stated by OME or ImageJ metadata or by the resolution tags.

    Resolution in inches is ignored: that is what programs write who know nothing of it.

    Parameters
    ----------
    file : TiffFile
        An open file.
    slices : int
        Number of slices; a 2D image (1) needs no step in z, and its z is given as 1.

    Returns
    -------
    tuple of float, optional
        (z, y, x) in micrometers; None unless each is stated, with a unit, and positive.
    """
    description = file.pages.first.description
    if description.rstrip().endswith("OME>"):
        steps = _ome_steps(description)
    elif file.imagej_metadata and "unit" in file.imagej_metadata:
        steps = _imagej_steps(file)
    else:
        steps = _resolution_steps(file.pages.first)
    if slices == 1:
        steps = (1.0, *steps[1:])
    return steps if all(math.isfinite(step) and step > 0 for step in steps) else None


def _ome_steps(description: str) -> Spacing:
    """Read PhysicalSizeZ, Y and X of the first image; nan where not stated."""
    try:
        pixels = ElementTree.fromstring(description.encode()).find(".//{*}Pixels")
    except ElementTree.ParseError:
        pixels = None
    return _ome_step(pixels, "Z"), _ome_step(pixels, "Y"), _ome_step(pixels, "X")


def _ome_step(pixels: ElementTree.Element | None, axis: str) -> float:
    if pixels is None:
        return math.nan
    unit = pixels.get(f"PhysicalSize{axis}Unit", "um")
    return _number(pixels.get(f"PhysicalSize{axis}")) * micrometers(unit)


def _imagej_steps(file: tifffile.TiffFile) -> Spacing:
    """Read the steps, each in the unit of its axis; ``yunit`` and ``zunit`` are written where they are not ``unit``."""
    metadata = file.imagej_metadata or {}
    x, y, z = (micrometers(str(metadata.get(name, metadata["unit"]))) for name in ("unit", "yunit", "zunit"))
    return (
        _number(metadata.get("spacing")) * z,
        _pixel_size(file.pages.first, "YResolution") * y,
        _pixel_size(file.pages.first, "XResolution") * x,
    )


def _resolution_steps(page: tifffile.TiffPage) -> Spacing:
    unit = micrometers("cm") if page.tags.valueof("ResolutionUnit") == tifffile.RESUNIT.CENTIMETER else math.nan
    return math.nan, _pixel_size(page, "YResolution") * unit, _pixel_size(page, "XResolution") * unit


def _pixel_size(page: tifffile.TiffPage, tag: str) -> float:
    """Return the inverse of a resolution tag, nan where it is missing or zero."""
    pixels, length = page.tags.valueof(tag, default=(0, 0))
    return length / pixels if pixels else math.nan


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return math.nan
