"""The head of a report: numbers in large letters, and facts with their names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ctc_submission.challenge.voxel_size import VoxelSize

if TYPE_CHECKING:
    from ctc_submission.reporting.contents import Contents


def volume_unit(size: VoxelSize) -> tuple[float, str]:
    """Return the size of a voxel and its unit: cubic (2D: square) micrometers where they are known, else 1."""
    if not (size.is_known and size.unit):
        return 1.0, "voxels" if size.ndim == 3 else "pixels"
    edges = size.spacing[-size.ndim :]
    return float(np.prod(edges)), "µm³" if size.ndim == 3 else "µm²"


def format_number(value: float) -> str:
    """Write a number with three digits, or as a whole one with thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def list_tiles(contents: "Contents") -> list[tuple[str, str]]:
    """List the numbers that come first, each with what it is."""
    frames, cells = contents.survey.frames, contents.survey.cells
    voxel, unit = volume_unit(contents.provenance.voxel_size)
    tiles = [(str(len(frames)), "frames"), (f"{len(cells) / len(frames):.1f}", "cells a frame, mean")]
    if len(cells):
        tiles.append((format_number(float(np.median(cells.voxels)) * voxel), f"{unit}, median volume of a cell"))
        tiles.append((f"{contents.median_width:.3g}", "pixels, median diameter in y and x"))
    if contents.scores:
        measures = contents.scores.evaluation.measures
        named = (
            ("SEG", measures.seg, "overlap"),
            ("DET", measures.det, "detection"),
            ("TRA", measures.tra, "tracking"),
        )
        tiles += [(f"{value:.3f}", f"{name}, {what}") for name, value, what in named if value is not None]
    if contents.links:
        tiles.append((str(len(contents.links.tracks)), "tracks"))
    return tiles


def list_facts(contents: "Contents") -> list[tuple[str, str]]:
    """List how the masks were made, each fact with its name."""
    source, provenance = contents.source, contents.provenance
    record, info = provenance.record, provenance.info
    diameter = _entry(record, "cell_diameter").get("text")
    seconds = provenance.seconds
    axes = "z, y, x" if info.ndim == 3 else "y, x"
    size = " x ".join(map(str, contents.survey.shape[-info.ndim :]))
    facts = [
        ("Dataset", source.title),
        ("Frames", f"{source.folder}, {source.frames[0].path.name} to {source.frames[-1].path.name}"),
        ("Masks", str(source.masks)),
        (f"Size ({axes})", f"{size} {'voxels' if info.ndim == 3 else 'pixels'}, {info.dtype}"),
        (f"Voxel size ({axes})", str(provenance.voxel_size)),
        ("Cell diameter", str(diameter or "plays no part in this configuration, or is not recorded")),
        ("Device", str(record.get("device", "not recorded"))),
        ("Time", f"{seconds:.3g} s a frame, mean" if seconds is not None else "not recorded"),
        ("Segmented", f"{record['started']} to {record['updated']}" if "updated" in record else "not recorded"),
        ("Version", f"ctc-submission {provenance.made_by['version']}{_versions(record)}" if record else "not recorded"),
    ]
    if "parameters" in record:
        facts.append(("Parameters", f"{record['parameters']:,} in all networks"))
    weights = provenance.made_by.get("weights")
    for name, digest in (weights if isinstance(weights, dict) else {}).items():
        facts.append(("Weights", f"{name}, hash {digest}"))
    return facts


def _versions(record: Mapping[str, object]) -> str:
    named = [f"{name} {record[name]}" for name in ("python", "torch") if name in record]
    machine = f", {record['machine']}" if "machine" in record else ""
    return f", {', '.join(named)}{machine}" if named else ""


def _entry(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}
