"""Converted networks kept for the next run: whole or not at all, checked when they are read, the oldest given up."""

import contextlib
import hashlib
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

_LOG = logging.getLogger(__name__)

MOST_GRAPHS = 32
"""Graphs that are kept; a shipped network takes 30 to 55 MB."""
MOST_BYTES = 2 * 2**30
"""Bytes of graphs that are kept."""
_ENTRY = re.compile(r"[0-9a-f]{32}\.(xml|bin|sha256)")
_TEMPORARY = "converting-"
_LEFT_BEHIND = 24 * 3600
_CHUNK = 2**20


def cache_folder() -> Path:
    """Return where converted networks are kept: CTC_SUBMISSION_CACHE, or the user's folder for caches."""
    stated = os.environ.get("CTC_SUBMISSION_CACHE")
    return Path(stated) if stated else user_cache_path("ctc-submission", appauthor=False)


def read_graph(path: Path, read: Callable[[Path], Any]) -> Any:
    """Read a graph that was kept; None where there is none, or it is damaged, which is said then.

    Parameters
    ----------
    path : Path
        Its .xml file; the .bin and .sha256 files lie beside it.
    read : callable
        OpenVINO's reader, which raises a RuntimeError where it cannot.
    """
    digest = path.with_suffix(".sha256")
    try:
        if not digest.exists():
            return None
        if digest.read_text(encoding="ascii", errors="replace") != _hash(path):
            raise ValueError("its checksum is another one")
        graph = read(path)
    except (OSError, RuntimeError, ValueError) as error:
        _LOG.warning("%s: the kept network is damaged (%s) and is converted again", path, _in_one_line(error))
        return None
    with contextlib.suppress(OSError):  # of somebody else, it is as good
        digest.touch()
    return graph


def keep_graph(path: Path, save: Callable[[Path], None], read: Callable[[Path], Any]) -> None:
    """Keep a graph for the next run where the folder can be written to, and say so where it cannot.

    Its .sha256 file appears last. The graphs that were not used for the longest time make room.

    Parameters
    ----------
    path : Path
        Its .xml file to be.
    save, read : callable
        OpenVINO's writer and reader of such a file, which raise a RuntimeError where they cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=_TEMPORARY) as temporary:
            made = Path(temporary, path.name)
            save(made)
            read(made)  # a full disk is not always noticed while it is written
            made.with_suffix(".sha256").write_text(_hash(made), encoding="ascii")
            path.with_suffix(".sha256").unlink(missing_ok=True)
            for suffix in (".bin", ".xml", ".sha256"):
                made.with_suffix(suffix).replace(path.with_suffix(suffix))
        _make_room(path)
    except (OSError, RuntimeError) as error:
        _LOG.warning(
            "%s: the converted network cannot be kept (%s): free some space, or name another folder by "
            "CTC_SUBMISSION_CACHE",
            path,
            _in_one_line(error),
        )


def _hash(path: Path) -> str:
    """Return the SHA-256 of a graph's two files, one after the other."""
    digest = hashlib.sha256()
    for suffix in (".xml", ".bin"):
        with path.with_suffix(suffix).open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _make_room(kept: Path) -> None:
    """Remove what was not used for the longest time, beyond the limits, and what killed runs left behind."""
    for folder in kept.parent.glob(f"{_TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(folder)
    graphs, size = 0, 0
    for stem, files in _newest_first(kept):
        graphs, size = graphs + 1, size + sum(status.st_size for status in files.values())
        if stem != kept.stem and (graphs > MOST_GRAPHS or size > MOST_BYTES):
            for file in sorted(files, key=lambda file: file.suffix != ".sha256"):
                file.unlink(missing_ok=True)


def _newest_first(kept: Path) -> Iterator[tuple[str, dict[Path, os.stat_result]]]:
    """Yield the graphs of a folder with their files, the one that was just kept first, then by their last use."""
    found: dict[str, dict[Path, os.stat_result]] = {}
    for file in kept.parent.iterdir():
        if _ENTRY.fullmatch(file.name):
            with contextlib.suppress(FileNotFoundError):  # removed by another run
                found.setdefault(file.stem, {})[file] = file.lstat()
    used = {stem: max(status.st_mtime for status in files.values()) for stem, files in found.items()}
    yield from sorted(found.items(), key=lambda entry: (entry[0] != kept.stem, -used[entry[0]]))


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
