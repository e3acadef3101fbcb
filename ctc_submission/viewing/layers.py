"""What napari shows of a sequence, as the tuples (data, settings, type) that it makes layers of."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ctc_submission.challenge.files import FrameFile, FrameInfo, find_frames, read_frame, read_frame_info
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.challenge.tracks import Track, read_tracks
from ctc_submission.linking.objects import measure_objects
from ctc_submission.linking.output import read_labels
from ctc_submission.pictures.scene_files import read_references
from ctc_submission.viewing.stacks import LazyStack

LayerData = tuple[Any, dict[str, Any], str]
"""Data, settings and type of a layer."""
REFERENCE = "reference"
"""Name of the layer of references, which are shown as contours."""
_PERCENTILES = (1.0, 99.8)


def frames_layer(
    frames: Sequence[FrameFile], spacing: Spacing, axes: str | None = None, name: str = "frames"
) -> LayerData:
    """Make a layer of frames, read when they are looked at; contrast as of the first frame."""
    info = read_frame_info(frames[0].path, axes=axes)
    stack = LazyStack([frame.path for frame in frames], partial(read_frame, axes=axes), info.shape, info.dtype)
    low, high = np.percentile(stack.frame(0)[:, ::2, ::2], _PERCENTILES)
    limits = [float(low), float(max(high, low + 1e-6))]
    return stack, {"name": name, "contrast_limits": limits, **_settings(frames, spacing)}, "image"


def masks_layer(frames: Sequence[FrameFile], spacing: Spacing, name: str = "masks") -> LayerData:
    """Make a layer of labels, read when they are looked at, that may be corrected; a missing file is background."""
    present = [frame.path for frame in frames if frame.path.is_file()]
    if not present:
        raise FileNotFoundError(f"{frames[0].path}: no such mask, nor any other of the sequence")
    shape = read_frame_info(present[0]).shape
    stack = LazyStack([frame.path for frame in frames], partial(_labels_or_none, shape=shape), shape, np.dtype("u2"))
    return stack, {"name": name, **_settings(frames, spacing)}, "labels"


def references_layer(
    frames: Sequence[FrameFile], folder: Path, shape: tuple[int, ...], spacing: Spacing
) -> LayerData | None:
    """Make a layer of the annotated slices of ``SEQ_GT``, else of its markers; None without any."""
    segmented, marked = folder / "SEG", folder / "TRA"
    if any(segmented.glob("man_seg*.tif")):
        by_path = {frame.path: frame for frame in frames}

        def read(path: Path) -> NDArray[np.uint16]:
            labels = np.zeros(shape, np.uint16)
            for z, annotated in read_references(by_path[path], segmented).items():
                labels[z] = annotated
            return labels

        stack = LazyStack([frame.path for frame in frames], read, shape, np.dtype("u2"))
        return stack, {"name": REFERENCE, **_settings(frames, spacing)}, "labels"
    if any(marked.glob("man_track*.tif")):
        names = [marked / f"man_track{frame.number:0{frame.digits}d}.tif" for frame in frames]
        files = [FrameFile(path, frame.number, frame.digits) for path, frame in zip(names, frames, strict=True)]
        return masks_layer(files, spacing, REFERENCE)
    return None


def tracks_layer(masks: Sequence[FrameFile], path: Path, spacing: Spacing) -> LayerData | None:
    """Make a layer of the tracks of linked masks, which are all read once; None where a file has no track."""
    tracks = read_tracks(path)
    rows: list[NDArray] = []
    for index, mask in enumerate(tqdm(masks, desc="tracks", unit="frame", disable=None)):
        objects = measure_objects(read_labels(mask.path), mask.number)
        times = np.full((len(objects.labels), 1), index)
        rows.append(np.concatenate([objects.labels[:, None], times, objects.centers], axis=1))
    data = np.concatenate([np.empty((0, 5)), *rows])
    data = data[np.isin(data[:, 0], list(tracks))]
    data = data[np.lexsort((data[:, 1], data[:, 0]))]
    if not len(data):
        return None
    graph = _graph(tracks.values(), set(data[:, 0].astype(int).tolist()))
    return data, {"name": "tracks", "graph": graph, "scale": _scale(spacing)}, "tracks"


def points_layer(
    name: str, rows: Sequence[tuple[float, ...]], texts: Sequence[str], color: str, spacing: Spacing
) -> LayerData:
    """Make a layer of points (t, z, y, x) in voxels, rings with a text each."""
    settings = {
        "name": name,
        "features": {"what": list(texts)},
        "text": {"string": "{what}", "color": color, "size": 9, "anchor": "upper_left"},
        "face_color": "transparent",
        "border_color": color,
        "border_width": 0.12,
        "size": 14,
        "out_of_slice_display": True,
        "scale": _scale(spacing),
    }
    return np.array(rows, float).reshape(-1, 4), settings, "points"


def folder_layers(folder: Path, spacing: Spacing) -> Iterator[LayerData]:
    """Make the layer of a folder of frames, masks or references, whichever it holds.

    Raises
    ------
    ValueError
        If the folder holds none of them.
    """
    for prefix, make in (("t", frames_layer), ("mask", masks_layer)):
        if any(folder.glob(f"{prefix}[0-9][0-9][0-9]*.tif")):
            yield make(find_frames(folder, prefix), spacing, name=folder.name)
            return
    found = list(_references(folder, spacing))
    if not found:
        raise ValueError(f"{folder}: found no t000.tif, mask000.tif, SEG/man_seg*.tif or TRA/man_track*.tif")
    yield from found


def folder_info(folder: Path) -> FrameInfo:
    """Return what the header of the first image of such a folder tells.

    Raises
    ------
    ValueError
        If there is none.
    """
    patterns = ("t[0-9]*.tif", "mask*.tif", "TRA/man_track*.tif", "SEG/man_seg*.tif")
    paths = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    first = next(paths, None)
    if first is None:
        raise ValueError(f"{folder}: found no t000.tif, mask000.tif, SEG/man_seg*.tif or TRA/man_track*.tif")
    return read_frame_info(first)


def _references(folder: Path, spacing: Spacing) -> Iterator[LayerData]:
    """Make layers of whole annotated frames and of markers; annotated slices are put where they belong."""
    sequence = folder.with_name(folder.name.rpartition("_")[0])
    frames = find_frames(sequence) if sequence.is_dir() else _numbered(folder)
    if not frames:
        return
    shape = folder_info(sequence).shape if sequence.is_dir() else folder_info(folder).shape
    layer = references_layer(frames, folder, shape, spacing)
    if layer:
        yield layer[0], {**layer[1], "name": folder.name}, layer[2]


def _numbered(folder: Path) -> list[FrameFile]:
    """List the frames that are annotated whole, or marked, by their references."""
    for kind, prefix in (("SEG", "man_seg"), ("TRA", "man_track")):
        if any((folder / kind).glob(f"{prefix}[0-9][0-9][0-9]*.tif")):
            return find_frames(folder / kind, prefix, allow_gaps=True)
    return []


def _labels_or_none(path: Path, shape: tuple[int, ...]) -> NDArray:
    return read_labels(path) if path.is_file() else np.zeros(shape, np.uint16)


def _settings(frames: Sequence[FrameFile], spacing: Spacing) -> dict[str, Any]:
    numbers = [frame.number for frame in frames]
    return {"scale": _scale(spacing), "metadata": {"numbers": numbers, "digits": frames[0].digits}}


def _scale(spacing: Spacing) -> tuple[float, ...]:
    """Return edges of a voxel (t, z, y, x), of which only the ratios count: a pixel in x is 1."""
    return (1.0, *(edge / spacing[2] for edge in spacing))


def _graph(tracks: Any, present: set[int]) -> dict[int, list[int]]:
    known: list[Track] = [track for track in tracks if track.label in present and track.parent in present]
    return {track.label: [track.parent] for track in known}
