"""The record of a run, beside its masks: where it lies, what is in it, and how it is read.

A JSON object, ``01_RES.json`` for the masks in ``01_RES``; `segmentation.manifest` writes it:

- ``parameters``: number of parameters of the networks used; ``device``: where they ran
- ``voxel_size``: its ``source``, and whether it is ``known`` or was assumed; ``cell_diameter``: its ``source`` likewise
- ``inputs``: how many inputs of which size a frame becomes for the networks
- ``made_by``: whatever the masks depend on; in it ``weights``, an entry for every network, and ``configuration``, in
  it ``labeling``, in it ``spacing``, the voxel size (z, y, x)
- ``frames``: finished frames by the file's name, each with its file's ``fingerprint``, its ``cells`` and the
  ``seconds`` that it took
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctc_submission.challenge.tiff.spacing import Spacing
from ctc_submission.parsing import parse_json


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


def record_path(results: Path) -> Path:
    """Return where the record of a result folder lies, such as ``01_RES.json`` for ``01_RES``."""
    return results.with_name(f"{results.name}.json")


def find_record(results: Path) -> Record | None:
    """Find the record beside a result folder, such as ``01_RES.json``; None if there is none."""
    path = record_path(results)
    return Record(str(path), path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None


def find_parameters(results: Path) -> int | None:
    """Read the number of parameters from the run manifest beside a result folder (``01_RES.json`` for ``01_RES``).

    Returns
    -------
    int or None
        The manifest's ``parameters``, the total over the models used; None without a manifest or such an entry.

    Raises
    ------
    ValueError
        If the manifest is no JSON object, or its entry is no whole number.
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
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise ValueError(f"not a readable record of a run ({cause!r})") from cause


def _read(results: Path) -> Any:
    """Read the record beside a result folder; None without one."""
    path = record_path(results)
    if not path.is_file():
        return None
    try:
        return parse_json(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not a JSON file ({error}); repair it, or move it away") from error
