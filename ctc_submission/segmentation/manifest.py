"""The record of a run, beside its masks: what made them, and which are finished."""

import glob
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ctc_submission.atomic import write_text_atomic
from ctc_submission.challenge.files import FrameFile
from ctc_submission.parsing import parse_json
from ctc_submission.segmentation.running.shards import WHOLE, Shard


@dataclass(frozen=True)
class Done:
    """What is recorded of a frame once its mask is written."""

    cells: int
    """Cells found."""
    seconds: float
    """Time for networks, labels and writing."""


@dataclass
class Manifest:
    """Record of one run; lies beside the result folder, for ``01_RES`` as ``01_RES.json``.

    That of the second of three shards is ``01_RES.2-of-3.json``.
    """

    path: Path
    """The JSON file."""
    made_by: Mapping[str, Any]
    """Whatever the masks depend on: version, configuration and the weights' hashes."""
    facts: Mapping[str, Any]
    """What is worth knowing besides: the networks' parameters, device, machine."""
    frames: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Finished frames by the frame file's name: the file's fingerprint, cells found, seconds taken."""

    def is_finished(self, frame: FrameFile, mask: Path) -> bool:
        """Whether a frame's mask is there, made by this configuration from the file as it is now."""
        record = self.frames.get(frame.path.name)
        return record is not None and mask.is_file() and record["fingerprint"] == fingerprint(frame.path)

    def add(self, frame: FrameFile, done: Done) -> None:
        """Record a finished frame and write the record."""
        entry = {"fingerprint": fingerprint(frame.path), "cells": done.cells, "seconds": round(done.seconds, 3)}
        self.frames[frame.path.name] = entry
        self.write()

    def write(self) -> None:
        """Write the record; the old one is replaced only when the new one is complete."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        content = {**self.facts, "made_by": self.made_by, "updated": now, "frames": dict(sorted(self.frames.items()))}
        write_text_atomic(self.path, json.dumps(content, indent=2) + "\n")


def open_manifest(
    results: Path,
    made_by: Mapping[str, Any],
    facts: Mapping[str, Any],
    frames: Sequence[FrameFile],
    shard: Shard = WHOLE,
    overwrite: bool = False,
) -> Manifest:
    """Begin the record of a run, or go on with those of interrupted runs and of other shards.

    Parameters
    ----------
    results : Path
        Folder the masks are written to.
    made_by : mapping
        Whatever the masks depend on, JSON values only.
    facts : mapping
        What is worth knowing besides.
    frames : sequence of FrameFile
        The frames of this run; those that other records know as finished are taken over.
    shard : Shard
        Which share of the recording they are.
    overwrite : bool
        Whether masks made otherwise may be replaced; records of them are emptied.

    Raises
    ------
    ValueError
        If the folder holds masks of another configuration, or of unknown origin, and `overwrite` is not set.
    """
    path = results.with_name(results.name + (".json" if shard == WHOLE else f".{shard.number}-of-{shard.count}.json"))
    manifest = Manifest(path, json.loads(json.dumps(made_by)), _with_machine(facts))
    holds_masks = any(results.glob("mask*.tif"))  # seen before the records, which shards write before their masks
    records = {beside: _read(beside) for beside in _find_records(results)}
    foreign = {beside: record for beside, record in records.items() if record.get("made_by") != manifest.made_by}
    if holds_masks and not overwrite and (foreign or not records):
        raise ValueError(
            f"{results}: holds masks {_origin(foreign, manifest)}; name another folder, or add --overwrite"
        )
    for beside in foreign:
        Manifest(beside, manifest.made_by, manifest.facts).write()
    known = {beside: record["frames"] for beside, record in records.items() if beside not in foreign}
    manifest.frames.update(known.pop(path, {}))
    manifest.frames.update(_finished_elsewhere(frames, list(known.values())))
    manifest.write()
    return manifest


def fingerprint(path: Path) -> list[int]:
    """Return a file's size in bytes and time of change in nanoseconds."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _with_machine(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **facts,
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "torch": version("torch"),
        "machine": platform.platform(),
    }


def _find_records(results: Path) -> list[Path]:
    """List the records beside a result folder: that of whole runs, and those of shards."""
    whole = results.with_name(results.name + ".json")
    shards = sorted(results.parent.glob(f"{glob.escape(results.name)}.*-of-*.json"))
    return [whole, *shards] if whole.is_file() else shards


def _origin(foreign: Mapping[Path, Mapping[str, Any]], manifest: Manifest) -> str:
    """Say how masks were made otherwise, by the first record that says so."""
    for path, record in foreign.items():
        if "made_by" in record:
            changed = sorted(name for name in manifest.made_by if record["made_by"].get(name) != manifest.made_by[name])
            return f"made with another {' and '.join(changed)} ({path.name})"
    return f"of unknown origin ({manifest.path.name})"


def _finished_elsewhere(
    frames: Sequence[FrameFile], records: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what other records tell of frames, of the files as they are now."""
    for frame in frames:
        name, now = frame.path.name, fingerprint(frame.path)
        for record in records:
            if name in record and record[name]["fingerprint"] == now:
                yield name, record[name]


def _read(path: Path) -> dict[str, Any]:
    try:
        content = parse_json(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not a readable run record ({error}); move it away to start anew") from error
    if not isinstance(content, dict):
        return {}
    made_by, frames = content.get("made_by", {}), content.get("frames", {})
    if not (isinstance(made_by, dict) and isinstance(frames, dict) and all(map(_is_entry, frames.values()))):
        raise ValueError(f"{path}: a damaged run record; move it away to start anew")
    return {**content, "frames": frames}


def _is_entry(entry: Any) -> bool:
    """Whether this is what a record holds of a finished frame."""
    return isinstance(entry, dict) and {"fingerprint", "cells", "seconds"} <= entry.keys()
