"""Writing small ND2 files (version 3), as the format is described: named chunks, and a map of them at the end."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

_TIME, _POSITION, _DEPTH = 1, 2, 4
_HEAD = 4072
"""Bytes of the name of a chunk with pixels, which fills a page of 4096 with what stands before and behind it."""


def write_nd2_file(
    path: Path, scenes: Mapping[str, np.ndarray], names: list[str], spacing: tuple[float, float]
) -> None:
    """Write positions (T, C, Z, Y, X) of uint16 by name, with names of channels and (step along z, edge) of a voxel."""
    images = np.stack(list(scenes.values()), 1)
    times, positions, channels, slices, height, width = images.shape
    count = times * positions * slices
    attributes = {
        "uiWidth": width,
        "uiWidthBytes": 2 * width * channels,
        "uiHeight": height,
        "uiComp": channels,
        "uiBpcInMemory": 16,
        "uiBpcSignificant": 16,
        "uiSequenceCount": count,
        "eCompression": 2,
    }
    planes = {
        f"a{number}": {
            "uiCompCount": 1,
            "uiSampleIndex": number,
            "pFluorescentProbe": {"m_sName": name},
            "uiColor": 255 << 8 * number,
            "sDescription": name,
        }
        for number, name in enumerate(names)
    }
    picture = {
        "bCalibrated": True,
        "dCalibration": spacing[1],
        "sPicturePlanes": {"uiCount": channels, "uiCompCount": channels, "sPlaneNew": planes},
    }
    frames = images.transpose(0, 1, 3, 4, 5, 2).reshape(count, height, width, channels)
    _write_chunks(
        path,
        {
            "ImageAttributesLV!": _pack({"SLxImageAttributes": attributes}),
            "ImageMetadataLV!": _pack({"SLxExperiment": _experiment(times, list(scenes), slices, spacing[0])}),
            "ImageMetadataSeqLV|0!": _pack({"SLxPictureMetadata": picture}),
            **{
                f"ImageDataSeq|{number}!": struct.pack("<d", 0.0) + frame.astype("<u2").tobytes()
                for number, frame in enumerate(frames)
            },
            "CustomData|AcqTimesCache!": np.arange(count, dtype="<f8").tobytes(),
        },
    )


def _experiment(times: int, positions: list[str], slices: int, step: float) -> dict[str, Any]:
    """Nest the loops over time points, positions and slices, those of one turn left out."""
    points = {f"i{number:010}": {"dPosX": 100.0 * number, "dPosName": name} for number, name in enumerate(positions)}
    loops = [
        (times, _TIME, {"uiCount": times, "dStart": 0.0, "dPeriod": 6e4, "dDuration": 6e4 * times}),
        (len(positions), _POSITION, {"uiCount": len(positions), "Points": points}),
        (slices, _DEPTH, {"uiCount": slices, "dZLow": 0.0, "dZHigh": (slices - 1) * step, "dZStep": step}),
    ]
    nested: dict[str, Any] = {}
    for _, kind, parameters in reversed([loop for loop in loops if loop[0] > 1]):
        inner = {"ppNextLevelEx": {"i0000000000": nested}} if nested else {}
        nested = {"eType": kind, "uLoopPars": parameters, **inner}
    return nested


def _pack(values: Mapping[str, Any]) -> bytes:
    """Write names and values of metadata: a type, a name, the value."""
    return b"".join(_pack_item(name, value) for name, value in values.items())


def _pack_item(name: str, value: Any) -> bytes:
    def head(kind: int) -> bytes:
        return struct.pack("<BB", kind, len(name) + 1) + f"{name}\0".encode("utf-16-le")

    if isinstance(value, Mapping):
        content, start = _pack(value), head(11)
        length = len(start) + 12 + len(content)
        return start + struct.pack("<IQ", len(value), length) + content + bytes(8 * len(value))
    if isinstance(value, str):
        return head(8) + f"{value}\0".encode("utf-16-le")
    for kind, type_, form in ((1, bool, "<B"), (3, int, "<I"), (6, float, "<d")):
        if type(value) is type_:
            return head(kind) + struct.pack(form, value)
    raise TypeError(name)


def _write_chunks(path: Path, chunks: Mapping[str, bytes]) -> None:
    data = _chunk("ND2 FILE SIGNATURE CHUNK NAME01!", b"Ver3.0".ljust(64, b"\0"), 32)
    listed = b""
    for name, content in chunks.items():
        listed += name.encode() + struct.pack("<QQ", len(data), len(content))
        data += _chunk(name, content, _HEAD if name.startswith("ImageDataSeq") else 64)
    end = b"ND2 CHUNK MAP SIGNATURE 0000001!" + struct.pack("<Q", len(data))
    path.write_bytes(data + _chunk("ND2 FILEMAP SIGNATURE NAME 0001!", listed + end, 32))


def _chunk(name: str, content: bytes, room: int) -> bytes:
    return struct.pack("<IIQ", 0x0ABECEDA, room, len(content)) + name.encode().ljust(room, b"\0") + content
