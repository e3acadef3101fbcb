"""Writing small LIF files, as the format is described: a header in XML, then a block of memory for each image."""

import struct
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

_DIMENSIONS = {"X": 1, "Y": 2, "Z": 3, "T": 4}


def write_lif_file(
    path: Path, scenes: Mapping[str, np.ndarray], names: list[str], spacing: tuple[float, float, float]
) -> None:
    """Write images (T, C, Z, Y, X) of uint16 by name, with names of channels and the voxel size in micrometers.

    Planes lie as Leica's software stores them, channel after channel in each slice. The stage goes from top to bottom,
    so that the length along z is negative.
    """
    root = Element("LMSDataContainerHeader", Version="2")
    children = SubElement(SubElement(root, "Element", Name="project", UniqueID="0"), "Children")
    for number, (name, image) in enumerate(scenes.items()):
        element = SubElement(children, "Element", Name=name, UniqueID=str(number + 1))
        _describe(SubElement(SubElement(element, "Data"), "Image"), image, names, spacing)
        SubElement(element, "Memory", Size=str(image.nbytes), MemoryBlockID=f"MemBlock_{number}")
    blocks = (_block(f"MemBlock_{number}", image) for number, image in enumerate(scenes.values()))
    header = tostring(root, encoding="unicode")
    path.write_bytes(_tagged(b"\x2a" + struct.pack("<I", len(header)) + header.encode("utf-16-le")) + b"".join(blocks))


def _describe(parent: Element, image: np.ndarray, names: list[str], spacing: tuple[float, float, float]) -> None:
    times, channels, slices, height, width = image.shape
    plane = height * width * image.itemsize
    description = SubElement(parent, "ImageDescription")
    listed = SubElement(description, "Channels")
    for number, name in enumerate(names):
        values = {"NameOfMeasuredQuantity": "", "Min": "0", "Max": "65535", "Unit": "", "IsLUTInverted": "0"}
        place = {"DataType": "0", "ChannelTag": "0", "Resolution": "16", "BytesInc": str(number * plane), "BitInc": "0"}
        SubElement(listed, "ChannelDescription", **place, **values, LUTName=name)
    z, y, x = (1e-6 * size for size in spacing)
    steps = {
        "X": (width, x, image.itemsize),
        "Y": (height, y, width * image.itemsize),
        "Z": (slices, -z, channels * plane),
        "T": (times, 60.0, slices * channels * plane),
    }
    dimensions = SubElement(description, "Dimensions")
    for axis, (count, step, stride) in steps.items():
        if count > 1:
            place = {"Origin": "0", "Length": repr((count - 1) * step), "Unit": "s" if axis == "T" else "m"}
            size = {"NumberOfElements": str(count), "BytesInc": str(stride), "BitInc": "0"}
            SubElement(dimensions, "DimensionDescription", DimID=str(_DIMENSIONS[axis]), **size, **place)


def _block(name: str, image: np.ndarray) -> bytes:
    planes = np.ascontiguousarray(image.swapaxes(1, 2), "<u2").tobytes()
    title = struct.pack("<I", len(name)) + name.encode("utf-16-le")
    return _tagged(b"\x2a" + struct.pack("<Q", len(planes)) + b"\x2a" + title) + planes


def _tagged(content: bytes) -> bytes:
    return struct.pack("<II", 0x70, len(content)) + content
