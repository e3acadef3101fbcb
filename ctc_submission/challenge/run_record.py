"""The record of a run: what is in it, and how it is read; where it lies is `record_places`'.

A JSON object, ``01_RES.json`` for the masks in ``01_RES``; `segmentation.manifest` writes it:

- ``networks``: files, parameters and precision of the networks, in words; ``parameters``: their number of parameters;
  ``device``: where they ran
- ``voxel_size``: its ``source`` and ``unit``, and whether it is ``known`` or was assumed;
  ``cell_diameter``: its ``source`` likewise
- ``inputs``: how many inputs of which size a frame becomes for the networks
- ``made_by``: whatever the masks depend on; in it ``weights``, an entry for every network, and ``configuration``, in
  it ``labeling``, in it ``spacing``, the voxel size (z, y, x)
- ``masks``: the file of the frame that each mask belongs to, by the mask's name, before it is written
- ``frames``: finished frames by the file's name, each with the fields of `FinishedFrame`

Records of earlier versions know a frame by the size and the time of its file (``fingerprint``), and name no recording.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctc_submission.challenge.record_places import record_path
from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.parsing import parse_json


@dataclass(frozen=True)
class FinishedFrame:
    """What is recorded of a frame once its mask is written."""

    content: str
    """Hash of the frame's file as it was read, see `content.hash_file`."""
    mask: str
    """Name of the mask."""
    mask_content: str
    """Hash of the mask's file."""
    cells: int
    """Cells found."""
    seconds: float
    """Time for networks, labels and writing."""


@dataclass(frozen=True)
class RunRecord:
    """What a record says about masks."""

    path: Path
    """The file."""
    made_by: Mapping[str, Any] | None
    """Whatever the masks depend on; None where it does not say."""
    masks: Mapping[str, str]
    """The frame's file by the mask's name."""
    frames: Mapping[str, FinishedFrame]
    """Finished frames by the file's name."""
    fingerprints: Mapping[str, list[int]]
    """Size and time of change of the files of frames that an earlier version finished, by the file's name."""


@dataclass(frozen=True)
class Record:
    """The record of a run, not yet read."""

    file: str
    """The file, for messages."""
    text: str
    """What is in it."""


@dataclass(frozen=True)
class Cost:
    """What a run took, by its record."""

    seconds: float
    """Time for the frames of the record."""
    frames: int
    """Number of these frames."""
    device: str
    """Where the networks ran."""
    networks: int
    """Number of networks."""


def find_record(results: Path) -> Record | None:
    """Find the record of a result folder, such as ``01_RES.json``; None if there is none."""
    path = record_path(results)
    return Record(str(path), path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None


def find_parameter_count(results: Path) -> int | None:
    """Read the number of parameters from the record of a result folder (``01_RES.json`` for ``01_RES``).

    Returns
    -------
    int or None
        The record's ``parameters``, the total over the models used; None without a record or such an entry.

    Raises
    ------
    ValueError
        If the record is no JSON file, or its entry is no whole number.
    """
    entries = _read(results)
    parameters = entries.get("parameters") if isinstance(entries, dict) else entries
    if parameters is not None and type(parameters) is not int:
        raise ValueError(
            f"{record_path(results)}: parameters is {parameters!r}, expected a whole number; give --parameters instead"
        )
    return parameters


def recorded_spacing(results: Path) -> Spacing | None:
    """Read the voxel size that a run labeled with; None without a run record, or where it does not say or assumed one.

    Raises
    ------
    ValueError
        If the record is no JSON file.
    """
    entry = _read(results)
    if isinstance(entry, dict) and isinstance(size := entry.get("voxel_size"), dict) and size.get("known") is False:
        return None
    for key in ("made_by", "configuration", "labeling", "spacing"):
        entry = entry.get(key) if isinstance(entry, dict) else None
    return (float(entry[0]), float(entry[1]), float(entry[2])) if isinstance(entry, list) and len(entry) == 3 else None


def read_run_record(path: Path) -> RunRecord:
    """Read what a record says about masks.

    Raises
    ------
    ValueError
        If it is not such a record.
    OSError
        If the file cannot be read.
    """
    try:
        content = parse_json(path.read_bytes())
        frames, made_by = dict(content.get("frames", {})), content.get("made_by")
        return RunRecord(
            path=path,
            made_by=made_by if isinstance(made_by, dict) else None,
            masks={str(name): str(source) for name, source in content.get("masks", {}).items()},
            frames={name: _finished(entry) for name, entry in frames.items() if "fingerprint" not in entry},
            fingerprints={name: list(entry["fingerprint"]) for name, entry in frames.items() if "fingerprint" in entry},
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as cause:
        raise ValueError(f"{path}: not a readable run record ({cause!r}); move it away to start anew") from cause


def _finished(entry: Mapping[str, Any]) -> FinishedFrame:
    """Read an entry of a finished frame; fields of other versions are passed over."""
    return FinishedFrame(
        content=str(entry["content"]),
        mask=str(entry["mask"]),
        mask_content=str(entry["mask_content"]),
        cells=int(entry["cells"]),
        seconds=float(entry["seconds"]),
    )


def without_folders(text: str) -> str:
    """Return a record in which frames are named without the folders where they lay: to be given to others.

    Raises
    ------
    ValueError
        If it is not such a record.
    """
    try:
        content = parse_json(text)
        masks = {name: Path(source).name for name, source in content.get("masks", {}).items()}
    except (AttributeError, TypeError, ValueError, RecursionError) as cause:
        raise ValueError(f"not a readable record of a run ({cause!r})") from cause
    return json.dumps({**content, "masks": masks}, indent=2) + "\n"


def read_cost(text: str) -> Cost:
    """Read the record of a run.

    Raises
    ------
    ValueError
        If it is not such a record.
    """
    try:
        content: dict[str, Any] = parse_json(text)
        seconds = [float(frame["seconds"]) for frame in content["frames"].values()]
        networks = len(content["made_by"]["weights"])
        return Cost(math.fsum(seconds), len(seconds), str(content["device"]), networks)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as cause:
        raise ValueError(f"not a readable record of a run ({cause!r})") from cause


def _read(results: Path) -> Any:
    """Read the record of a result folder; None without one."""
    path = record_path(results)
    return _read_json(path) if path.is_file() else None


def _read_json(path: Path) -> Any:
    try:
        return parse_json(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not a JSON file ({error}); repair it, or move it away") from error
