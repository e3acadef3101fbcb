"""Whose masks lie in a result folder: only those of the same frames, made by the same configuration, are replaced."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import FrameFile
from ctc_submission.challenge.run_record import FinishedFrame, RunRecord
from ctc_submission.recordings.reading import hash_content
from ctc_submission.segmentation.differences import describe_differences

_FIX = "name another folder, or add --overwrite"


class Ownership:
    """The masks that lie in a result folder, and what its records say about them.

    Parameters
    ----------
    results : Path
        The folder.
    present : collection of str
        Names of the masks in it, listed before the records were read: these name a mask before it is written.
    records : sequence of RunRecord
        All records of the folder.
    made_by : mapping
        Whatever the masks of this run depend on.
    recording : sequence of FrameFile
        All frames of the recording, those of other shards too.
    """

    def __init__(
        self,
        results: Path,
        present: Sequence[str],
        records: Sequence[RunRecord],
        made_by: Mapping[str, Any],
        recording: Sequence[FrameFile],
    ) -> None:
        self._results = results
        self._present = present
        self._records = records
        self._made_by = made_by
        self._frames = {frame.mask_name: frame for frame in recording}
        self._hashes: dict[Path | FrameFile, str] = {}

    @property
    def own(self) -> list[RunRecord]:
        """The records of runs that made masks as this one does."""
        return [record for record in self._records if record.made_by == self._made_by]

    def check(self) -> None:
        """Check that this run replaces nobody's masks.

        Raises
        ------
        ValueError
            If there are masks of another recording, of another configuration, or of unknown origin; says of which.
        """
        for mask in self._present:
            claims = self._claims(mask)
            if not claims and (mask in self._frames or not self._records):
                raise ValueError(f"{self._results}: holds masks of unknown origin ({mask}); {_FIX}")
            for record in claims:
                self._check_claim(record, mask)

    def find_finished(self, frame: FrameFile) -> FinishedFrame | None:
        """Find what records say of a frame whose mask is there as it was written, made from the frame as it is now."""
        for _, entry in self._entries.get(frame.mask_name, ()):
            if self._is_intact(entry) and self._is_content(frame, entry):
                return entry
        return None

    def kept(self, record: RunRecord) -> dict[str, str]:
        """List the masks that are there, by a record, and of this recording: the frame's file by the mask's name."""
        return {
            mask: source
            for mask, source in record.masks.items()
            if mask in self._present and Path(source).parent in self._folders
        }

    def without_frame(self, kept: Mapping[str, str]) -> dict[str, str]:
        """List the masks that are there, but not the frame they belong to: what they are of by the mask's name."""
        return {
            mask: f"of {kept[mask]}, which is not there any more" if mask in kept else "of no frame of this recording"
            for mask in self._present
            if mask not in self._frames and not (mask in kept and Path(kept[mask]).exists())
        }

    def _claims(self, mask: str) -> list[RunRecord]:
        """List the records that name a mask; one of this run's kind that has it as it is goes before all others."""
        for record, entry in self._entries.get(mask, ()):
            if self._is_intact(entry):
                return [record]
        return [record for record in self._records if mask in record.masks or record.fingerprints]

    def _check_claim(self, record: RunRecord, mask: str) -> None:
        if not record.masks and not self._fits_fingerprints(record):
            raise ValueError(
                f"{self._results}: holds masks of an unknown recording ({record.path.name}, of an earlier version); "
                f"{_FIX}"
            )
        if record.masks and not self._is_same_input(record, mask):
            raise ValueError(
                f"{self._results}: holds masks of another recording ({record.path.name}): {mask} is of "
                f"{record.masks[mask]}; {_FIX}"
            )
        if record.made_by != self._made_by:
            raise ValueError(f"{self._results}: holds masks {_made_otherwise(record, self._made_by)}; {_FIX}")

    def _is_same_input(self, record: RunRecord, mask: str) -> bool:
        """Whether a record's mask is of the frame that has this mask here: the same file, or the same content."""
        source, frame = Path(record.masks[mask]), self._frames.get(mask)
        if source.parent in self._folders and (frame is None or source.name == frame.path.name):
            return True
        return frame is not None and any(
            entry.mask == mask and self._is_content(frame, entry) for entry in record.frames.values()
        )

    @cached_property
    def _entries(self) -> dict[str, list[tuple[RunRecord, FinishedFrame]]]:
        """What records of this run's kind say of finished frames, by the mask's name."""
        entries: dict[str, list[tuple[RunRecord, FinishedFrame]]] = {}
        for record in self.own:
            for entry in record.frames.values():
                entries.setdefault(entry.mask, []).append((record, entry))
        return entries

    @cached_property
    def _folders(self) -> set[Path]:
        """Folders of the recording: where it lies, and where it lay when records were written."""
        here = {source_of(frame).parent for frame in self._frames.values()}
        others = {Path(source).parent for record in self._records for source in record.masks.values()} - here
        return here | {folder for folder in others if self._has_moved(folder)}

    def _has_moved(self, folder: Path) -> bool:
        """Whether all finished frames of a folder have the content of those of this recording."""
        compared = [
            self._is_content(self._frames[entry.mask], entry)
            for record in self._records
            for entry in record.frames.values()
            if entry.mask in self._frames and Path(record.masks.get(entry.mask, "")).parent == folder
        ]
        return bool(compared) and all(compared)

    def _fits_fingerprints(self, record: RunRecord) -> bool:
        """Whether the frames that an earlier version finished are, by size and time, those of this recording."""
        known = list(_fingerprints(record, self._frames.values()))
        return bool(known) and all(known)

    def _is_content(self, frame: FrameFile, entry: FinishedFrame) -> bool:
        return self._hash(frame) == entry.content

    def _is_intact(self, entry: FinishedFrame) -> bool:
        path = self._results / entry.mask
        return path.is_file() and self._hash(path) == entry.mask_content

    def _hash(self, item: Path | FrameFile) -> str:
        """Hash a mask's file or a frame once; one that cannot be read is like no other."""
        if item not in self._hashes:
            try:
                self._hashes[item] = hash_content(item) if isinstance(item, FrameFile) else hash_file(item)
            except (ValueError, OSError):
                self._hashes[item] = ""
        return self._hashes[item]


def find_masks(results: Path) -> list[str]:
    """List the names of the masks in a folder, ``mask000.tif`` and ``NAME_mask.tif``."""
    return sorted({path.name for pattern in ("mask*.tif", "*_mask.tif") for path in results.glob(pattern)})


def source_of(frame: FrameFile) -> Path:
    """Return what a record calls a frame: its file, in the folder where that really lies."""
    return frame.path.parent.resolve() / frame.path.name


def _fingerprints(record: RunRecord, frames: Iterable[FrameFile]) -> Iterator[bool]:
    for frame in frames:
        if frame.path.name in record.fingerprints:
            status = frame.path.stat()
            yield record.fingerprints[frame.path.name] == [status.st_size, status.st_mtime_ns]


def _made_otherwise(record: RunRecord, made_by: Mapping[str, Any]) -> str:
    if record.made_by is None:
        return f"of unknown origin ({record.path.name})"
    changed = sorted(name for name in {*made_by, *record.made_by} if record.made_by.get(name) != made_by.get(name))
    named = f"made with another {' and '.join(changed)} ({record.path.name})"
    return f"{named}: {describe_differences(record.made_by, made_by)}"
