"""How the masks were made, by the record of their run: the head of a report, and what it had to assume."""

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ctc_submission.challenge.datasets import recognize_dataset
from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import FrameInfo, read_frame_info
from ctc_submission.challenge.record_places import record_path
from ctc_submission.challenge.run_record import find_record, recorded_spacing
from ctc_submission.challenge.voxel_size import VoxelSize, resolve_voxel_size
from ctc_submission.parsing import parse_json
from ctc_submission.reporting.source import TRACK_FILE, ReportSource

_NAMED = 5


@dataclass(frozen=True)
class Provenance:
    """Where masks come from."""

    record: Mapping[str, Any]
    """The record of the run; empty without one."""
    voxel_size: VoxelSize
    """The voxel size that cells are measured with."""
    info: FrameInfo
    """What the header of the first frame tells."""
    assumptions: tuple[str, ...]
    """Whatever had to be assumed, a sentence each."""

    @property
    def made_by(self) -> Mapping[str, Any]:
        """Whatever the masks depend on."""
        return _table(self.record, "made_by")

    @property
    def configuration(self) -> Mapping[str, Any]:
        """How the frames were segmented."""
        return _table(self.made_by, "configuration")

    @property
    def cell_diameter(self) -> float | None:
        """The cell diameter in pixels that the networks were given; None where it plays no part."""
        value = self.configuration.get("cell_diameter")
        return float(value) if isinstance(value, (int, float)) else None

    @property
    def seconds(self) -> float | None:
        """Mean time for a frame; None without a record."""
        frames = _table(self.record, "frames").values()
        times = [float(each["seconds"]) for each in frames if isinstance(each, dict) and "seconds" in each]
        return math.fsum(times) / len(times) if times else None


def read_provenance(source: ReportSource) -> Provenance:
    """Read the record of a result, and list what was assumed.

    Raises
    ------
    ValueError
        If the record is no JSON, or the first frame cannot be read.
    """
    record = _read_record(source)
    axes = _table(_table(record, "made_by"), "configuration").get("axes")
    info = read_frame_info(source.frames[0].path, axes=axes)
    size = _voxel_size(source, info)
    return Provenance(record, size, info, tuple(_assumptions(source, record, info, size)))


def commands(source: ReportSource, is_recorded: bool) -> dict[str, str]:
    """Return the commands that repeat segmentation (if its configuration is recorded) and report, by what they do."""
    segment = ["segment", str(source.folder), str(source.masks), "--config", "configuration.toml"]
    return {
        **({"segment again": shlex.join(["ctc-submission", *segment])} if is_recorded else {}),
        "report again": shlex.join(["ctc-submission", "report", *source.words]),
        "look in napari": shlex.join(["ctc-submission", "view", *source.words, "--worst", "20"]),
    }


def format_toml(provenance: Provenance) -> str:
    """Write the record's configuration as TOML, checkpoints by the names of their files; empty without a record."""
    weights = list(_table(provenance.made_by, "weights"))
    lines = [f'{kind} = "{name}"' for kind, name in zip(("segmentation_model", "center_model"), weights, strict=False)]
    values = {**provenance.configuration, "precision": provenance.made_by.get("precision")}
    lines += [f"{name} = {_value(each)}" for name, each in values.items() if _is_plain(each)]
    for name, table in provenance.configuration.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_value(each)}" for key, each in table.items() if _is_plain(each))]
    return "\n".join(lines) + "\n" if provenance.configuration else ""


def _is_plain(value: object) -> bool:
    return value is not None and not isinstance(value, dict)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _read_record(source: ReportSource) -> Mapping[str, Any]:
    record = find_record(source.masks)
    if record is None:
        return {}
    try:
        content = parse_json(record.text)
    except ValueError as error:
        raise ValueError(f"{record.file}: {error}; repair it, or move it away") from error
    return content if isinstance(content, dict) else {}


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _voxel_size(source: ReportSource, info: FrameInfo) -> VoxelSize:
    """Take the record's size, in micrometers where files or dataset say the same; else what these say."""
    known = resolve_voxel_size([info], dataset=source.dataset)
    recorded = recorded_spacing(source.masks)
    if recorded is None:
        return known
    same = all(math.isclose(*edges, rel_tol=0.01) for edges in zip(recorded, known.spacing, strict=True))
    unit = known.unit if known.is_known and same else ""
    return replace(resolve_voxel_size([info], stated=recorded, stated_by="run record"), unit=unit)


def _assumptions(source: ReportSource, record: Mapping[str, Any], info: FrameInfo, size: VoxelSize) -> list[str]:
    """List what had to be assumed, as sentences."""
    found = []
    if not size.is_known or _table(record, "voxel_size").get("known") is False:
        found.append(
            "Voxel size: no voxel size is stated, isotropic voxels are assumed. Cells may be joined or split along z, "
            "and volumes are in voxels. State it with --spacing Z Y X."
        )
    elif not size.unit:
        found.append("Unit: edges of voxels are stated without a unit, so that sizes are given in voxels and pixels.")
    diameter = _table(record, "cell_diameter")
    if diameter.get("known") is False:
        found.append(f"Cell diameter: {diameter.get('text')}. State it with --cell-diameter PIXELS.")
    if info.axes_guessed:
        found.append(f"Axes: the files do not say what their pages are; they are taken for slices ({info.axes}).")
    if not record:
        where = record_path(source.masks).name
        found.append(f"Origin: there is no record of the run ({where}), so nothing is known of what made the masks.")
    else:
        found += _changed_masks(source, record)
    if source.dataset_dir and recognize_dataset(source.dataset) is None:
        found.append(
            f"Dataset: '{source.dataset}' is none of the challenge; no field-of-interest margin is taken off, and DET "
            "counts extra detections."
        )
    return found


def _changed_masks(source: ReportSource, record: Mapping[str, Any]) -> list[str]:
    """Say which masks are not those that the run wrote; linking writes all of them anew."""
    if (source.masks / TRACK_FILE).is_file():
        return []
    hashes = {each.get("mask"): each.get("mask_content") for each in _table(record, "frames").values()}
    paths = [source.mask(frame) for frame in source.frames]
    others = [path.name for path in paths if path.is_file() and hashes.get(path.name) != hash_file(path)]
    if not others:
        return []
    named = ", ".join(others[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
    return [f"Origin: {len(others)} masks are not as the recorded run wrote them ({named}): corrected since?"]
