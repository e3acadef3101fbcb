"""Where the record of a run lies: beside the masks, or where a user may write when that folder is read-only.

Beside them, as ``01_RES.json`` for ``01_RES``; else in the user's folder for the state of programs
(``~/.local/state/ctc-submission/records``; ``XDG_STATE_HOME`` names another), under a name made of the results'
path; else, as in a container that has nothing but the folder of the masks, in that folder as ``.01_RES.json``.
"""

import glob
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import xxhash


@dataclass(frozen=True)
class RecordPlace:
    """A folder for records, and how those of one result folder are named in it."""

    folder: Path
    """The folder, which need not be there."""
    stem: str
    """What their names begin with."""

    def record(self, share: str = "") -> Path:
        """Return the record of a whole run, or that of a share such as ``2-of-3``."""
        return self.folder / f"{self.stem}{f'.{share}' if share else ''}.json"

    def shares(self) -> list[Path]:
        """List the records of shares that are there."""
        pattern = f"{glob.escape(str(self.folder / self.stem))}.*-of-*.json"
        return sorted(map(Path, glob.glob(pattern)))  # noqa: PTH207 it passes over locked folders


def record_places(results: Path) -> list[RecordPlace]:
    """List where records of a result folder may lie, the first to be tried first.

    Raises
    ------
    ValueError
        If `results` is the root of the file system, which has no name.
    """
    folder = results if results.name not in ("", "..") else results.resolve()
    if not folder.name:
        raise ValueError(f"'{results}' is the root of the file system, expected a folder for results: name another one")
    places = [RecordPlace(folder.parent, folder.name)]
    state = platformdirs.user_state_path("ctc-submission", appauthor=False)
    if state.is_absolute():
        digest = xxhash.xxh3_64_hexdigest(os.fsencode(folder.resolve()))
        places.append(RecordPlace(state / "records", f"{folder.name}-{digest}"))
    return [*places, RecordPlace(folder, f".{folder.name}")]


def find_record_files(results: Path) -> list[Path]:
    """List all records of a result folder, in every place: of whole runs, the newest first, then of shares."""
    places = record_places(results)
    whole = [place.record() for place in places if os.path.isfile(place.record())]  # noqa: PTH113 False where locked
    whole.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [*whole, *(path for place in places for path in place.shares())]


def record_path(results: Path) -> Path:
    """Return where the record of a whole run lies; where it would, beside the results, if there is none."""
    places = record_places(results)
    whole = {place.record() for place in places}
    return next((path for path in find_record_files(results) if path in whole), places[0].record())
