"""Finished masks as one OME-Zarr image of labels, for viewers that read recordings chunk by chunk."""

import shutil
from pathlib import Path
from typing import Any

from ctc_submission.challenge.files import read_frame, read_frame_info
from ctc_submission.segmentation.manifest import Manifest

_CHUNK = (16, 512, 512)
"""Largest chunk (z, y, x)."""


def write_ome_zarr(target: Path, results: Path, manifest: Manifest) -> None:
    """Write the masks of a run as an OME-Zarr image (version 0.5), one mask after the other.

    Axes are those of the masks, (Y, X) or (Z, Y, X), and time before them where there are several.

    Parameters
    ----------
    target : Path
        The folder, ``NAME.zarr``; it appears when it is complete, in place of an older one.
    results : Path
        Folder of the masks.
    manifest : Manifest
        Record of the run, all of whose frames are finished.

    Raises
    ------
    ValueError
        If a mask cannot be read, or the name does not end with ``.zarr``.
    OSError
        If the folder cannot be written, or zarr (version 3) is not installed.
    """
    check_zarr_target(target)
    import zarr

    masks = [results / frame.mask for frame in manifest.finished]
    info = read_frame_info(masks[0])
    shape = info.shape[-info.ndim :]
    times = (len(masks),) if len(masks) > 1 else ()
    chunk = [min(most, length) for most, length in zip(_CHUNK[-info.ndim :], shape, strict=True)]
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    group = zarr.open_group(part, mode="w", zarr_format=3)
    axes = "t" * len(times) + "zyx"[-info.ndim :]
    array = group.create_array(
        "0",
        shape=(*times, *shape),
        dtype=info.dtype,
        chunks=(*(1 for _ in times), *chunk),
        dimension_names=list(axes),
    )
    for index, mask in enumerate(masks):
        array[(index, ...) if times else ...] = read_frame(mask, as_labels=True).reshape(shape)
    group.attrs["ome"] = _metadata(axes, manifest)
    _move(part, target)


def check_zarr_target(target: Path) -> None:
    """Check that an OME-Zarr image can be written there.

    Raises
    ------
    ValueError
        If the name does not end with ``.zarr``, or something else has it.
    OSError
        If zarr is not installed, or too old.
    """
    if target.suffix != ".zarr":
        raise ValueError(f"'{target}' is to be an OME-Zarr folder, expected a name that ends with .zarr")
    if target.exists() and not (target / "zarr.json").is_file():
        raise ValueError(f"'{target}' is there and is no zarr of this tool: name another folder")
    try:
        import zarr
    except ModuleNotFoundError as error:
        raise OSError("OME-Zarr needs the package zarr: pip install 'ctc-submission[formats]'") from error
    if int(zarr.__version__.split(".")[0]) < 3:
        raise OSError(
            f"OME-Zarr is written by zarr 3 or newer, found {zarr.__version__}: it needs Python 3.11 or newer"
        )


def _metadata(axes: str, manifest: Manifest) -> dict[str, Any]:
    """Describe the image as version 0.5 asks for it."""
    unit = {"unit": "micrometer"} if manifest.facts["voxel_size"]["unit"] == "um" else {}
    edges = dict(zip("zyx", manifest.made_by["configuration"]["labeling"]["spacing"], strict=True))
    described = [{"name": name, **({"type": "time"} if name == "t" else {"type": "space", **unit})} for name in axes]
    transform = {"type": "scale", "scale": [edges.get(name, 1.0) for name in axes]}
    dataset = {"path": "0", "coordinateTransformations": [transform]}
    return {"version": "0.5", "multiscales": [{"name": "labels", "axes": described, "datasets": [dataset]}]}


def _move(part: Path, target: Path) -> None:
    """Put the complete image in the place of an older one."""
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
