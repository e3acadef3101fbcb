"""The record of a run as it is written: what made the masks, of which frames they are, and which are finished."""

import errno
import json
import logging
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ctc_submission.atomic import locked, write_text_atomic
from ctc_submission.challenge.files import FrameFile
from ctc_submission.challenge.record_places import find_record_files, record_places
from ctc_submission.challenge.run_record import FinishedFrame, RunRecord, read_run_record
from ctc_submission.segmentation.ownership import Ownership, find_masks, source_of
from ctc_submission.segmentation.running.shards import WHOLE, Shard
from ctc_submission.segmentation.running.tasks import Failed

_LOG = logging.getLogger(__name__)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass
class Manifest:
    """Record of one run; lies beside the result folder if it can, for ``01_RES`` as ``01_RES.json``.

    That of the second of three shards is ``01_RES.2-of-3.json``.
    """

    path: Path
    """The JSON file."""
    made_by: Mapping[str, Any]
    """Whatever the masks depend on: version, configuration and the weights' hashes."""
    facts: Mapping[str, Any]
    """What is worth knowing besides: the networks' parameters, device, machine."""
    wanted: tuple[str, ...] = ()
    """Names of the frames' files of this run; not written."""
    masks: dict[str, str] = field(default_factory=dict)
    """The frame's file by the mask's name, of masks to be written and of those that are there."""
    frames: dict[str, FinishedFrame] = field(default_factory=dict)
    """Finished frames by the frame file's name."""
    before: RunRecord | None = None
    """The record as it was when the run began: what it has beyond that is of runs beside this one. Not written."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why frames of this run could not be segmented, by the frame file's name; not written."""

    def is_finished(self, frame: FrameFile) -> bool:
        """Whether a frame's mask is there as it was written, by this configuration from the file as it is now."""
        return frame.name in self.frames

    def note(self, frame: FrameFile, outcome: FinishedFrame | Failed) -> None:
        """Record a finished frame and write the record; of one that cannot be segmented, say so at once."""
        if isinstance(outcome, Failed):
            self.fail(frame, outcome.reason)
            return
        self.frames[frame.name] = outcome
        self.write()

    def fail(self, frame: FrameFile, reason: str) -> None:
        """Say that a frame cannot be segmented, and remember it for the end of the run."""
        self.failed[frame.name] = reason
        _LOG.warning("%s; other frames go on", reason)

    @property
    def finished(self) -> list[FinishedFrame]:
        """What is recorded of the frames of this run; the record may know of others."""
        return [self.frames[name] for name in self.wanted if name in self.frames]

    def write(self) -> None:
        """Write the record; the old one is replaced only when the new one is complete.

        What runs beside this one have recorded meanwhile is kept.
        """
        with locked(self.path.parent):
            self._take_over_from_beside()
            content = {
                **self.facts,
                "made_by": self.made_by,
                "updated": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "masks": dict(sorted(self.masks.items())),
                "frames": {name: asdict(done) for name, done in sorted(self.frames.items())},
            }
            write_text_atomic(self.path, json.dumps(content, indent=2) + "\n")

    def _take_over_from_beside(self) -> None:
        try:
            record = read_run_record(self.path)
        except (FileNotFoundError, ValueError):  # none yet, or damaged since
            return
        if record.made_by != self.made_by:
            return
        frames = _beyond(record.frames, self.before.frames if self.before else {})
        masks = _beyond(record.masks, self.before.masks if self.before else {})
        masks.update({done.mask: record.masks[done.mask] for done in frames.values() if done.mask in record.masks})
        self.frames = {**frames, **self.frames}
        self.masks = {**masks, **self.masks}


def _beyond(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that are new, or not what they were."""
    return {name: value for name, value in now.items() if before.get(name) != value}


def open_manifest(
    results: Path,
    made_by: Mapping[str, Any],
    facts: Mapping[str, Any],
    recording: Sequence[FrameFile],
    shard: Shard = WHOLE,
    overwrite: bool = False,
) -> Manifest:
    """Begin the record of a run, or go on with those of interrupted runs and of other shards.

    Masks whose frames are not there any more are named.

    Parameters
    ----------
    results : Path
        Folder the masks are written to.
    made_by : mapping
        Whatever the masks depend on, JSON values only.
    facts : mapping
        What is worth knowing besides.
    recording : sequence of FrameFile
        All frames of the recording.
    shard : Shard
        Which share of them is this run's; those that other records know as finished are taken over.
    overwrite : bool
        Whether other masks may be replaced; records of them are emptied.

    Raises
    ------
    ValueError
        If the folder holds masks of another recording, of another configuration, or of unknown origin, and `overwrite`
        is not set; or if a record cannot be read.
    OSError
        If the record cannot be written anywhere.
    """
    present = find_masks(results)  # before the records, which name them first
    records = [read_run_record(path) for path in find_record_files(results)]
    share = shard.select(recording)
    wanted = tuple(frame.name for frame in share)
    manifest = Manifest(Path(), json.loads(json.dumps(made_by)), _with_machine(facts), wanted)
    ownership = Ownership(results, present, records, manifest.made_by, recording)
    if not overwrite:
        ownership.check()
    for record in records:
        if record.made_by != manifest.made_by:
            _empty(record, manifest, ownership)
    for record in ownership.own:
        _take_over(record, manifest, ownership, shard)
    manifest.masks.update({frame.mask_name: str(source_of(frame)) for frame in share})
    for frame in share:
        finished = ownership.find_finished(frame)
        if finished:
            manifest.frames[frame.name] = finished
        else:
            manifest.frames.pop(frame.name, None)
    manifest.frames = dict(sorted(manifest.frames.items()))
    _write_where_possible(manifest, results, shard, {record.path: record for record in records})
    _name_without_frame(results, ownership.without_frame(manifest.masks))
    return manifest


def _take_over(record: RunRecord, manifest: Manifest, ownership: Ownership, shard: Shard) -> None:
    """Keep what a record knows of masks that are there, and of their frames if it is the record of whole runs."""
    kept = ownership.kept(record)
    manifest.masks.update(kept)
    if shard == WHOLE:
        lost = ownership.without_frame(kept)
        there = {name: each for name, each in record.frames.items() if each.mask in kept and each.mask not in lost}
        manifest.frames.update(there)


def _empty(record: RunRecord, manifest: Manifest, ownership: Ownership) -> None:
    """Leave nothing finished in the record of masks that may be replaced; those of this recording remain its own."""
    try:
        kept = ownership.kept(record)
        Manifest(record.path, manifest.made_by, manifest.facts, masks=kept, before=record).write()
    except OSError as error:
        if error.errno not in _READ_ONLY:  # else it stays, but a mask made anew does not fit it
            raise


def _write_where_possible(manifest: Manifest, results: Path, shard: Shard, records: Mapping[Path, RunRecord]) -> None:
    """Write the record to the first place that is not read-only."""
    share = "" if shard == WHOLE else f"{shard.number}-of-{shard.count}"
    refused: OSError | None = None
    for place in record_places(results):
        manifest.path = place.record(share)
        manifest.before = records.get(manifest.path)
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
            manifest.write()
        except OSError as error:
            if error.errno not in _READ_ONLY:
                raise
            refused = refused or error
        else:
            if refused:
                _LOG.warning("%s: the record of the run lies in %s (%s)", results, manifest.path, refused.strerror)
            return
    raise refused or OSError(f"{results}: there is no place for the record of the run")


def _name_without_frame(results: Path, masks: Mapping[str, str]) -> None:
    if masks:
        named = "; ".join(f"{name} is {what}" for name, what in masks.items())
        _LOG.warning("%s: masks without a frame are left alone and not counted: %s", results, named)


def _with_machine(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **facts,
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "torch": version("torch"),
        "machine": platform.platform(),
    }
