"""The record of a run, beside its masks: what made them, and which are finished."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch

import ctc_submission
from ctc_submission.challenge.files import FrameFile, write_text_atomic


@dataclass
class Manifest:
    """Record of one run; lies beside the result folder, for ``01_RES`` as ``01_RES.json``."""

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

    def add(self, frame: FrameFile, cells: int, seconds: float) -> None:
        """Record a finished frame and write the record."""
        entry = {"fingerprint": fingerprint(frame.path), "cells": cells, "seconds": round(seconds, 3)}
        self.frames[frame.path.name] = entry
        self.write()

    def write(self) -> None:
        """Write the record; the old one is replaced only when the new one is complete."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        content = {**self.facts, "made_by": self.made_by, "updated": now, "frames": dict(sorted(self.frames.items()))}
        write_text_atomic(self.path, json.dumps(content, indent=2) + "\n")


def open_manifest(
    results: Path, configuration: Mapping[str, Any], facts: Mapping[str, Any], overwrite: bool
) -> Manifest:
    """Begin the record of a run, or go on with the one of an interrupted run.

    Parameters
    ----------
    results : Path
        Folder the masks are written to.
    configuration : mapping
        Whatever the masks depend on, JSON values only.
    facts : mapping
        What is worth knowing besides.
    overwrite : bool
        Whether masks made otherwise may be replaced.

    Raises
    ------
    ValueError
        If the folder holds masks of another configuration, or of unknown origin, and `overwrite` is not set.
    """
    path = results.with_name(results.name + ".json")
    made_by = {"version": ctc_submission.__version__, **json.loads(json.dumps(configuration))}
    started = datetime.now(timezone.utc).isoformat(timespec="seconds")
    facts = {
        **facts,
        "started": started,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "machine": platform.platform(),
    }
    manifest = Manifest(path, made_by, facts)
    before = _read(path)
    if before.get("made_by") == made_by:
        manifest.frames.update(before["frames"])
    elif not overwrite and any(results.glob("mask*.tif")):
        changed = sorted(name for name in made_by if before.get("made_by", {}).get(name) != made_by[name])
        reason = f"made with another {' and '.join(changed)}" if before else "of unknown origin"
        raise ValueError(f"{results}: holds masks {reason} ({path.name}); name another folder, or add --overwrite")
    manifest.write()
    return manifest


def fingerprint(path: Path) -> list[int]:
    """Return a file's size in bytes and time of change in nanoseconds."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path}: not a readable run record ({error}); move it away to start anew") from error
    return content if isinstance(content, dict) else {}
