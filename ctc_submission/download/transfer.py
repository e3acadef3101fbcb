"""Fetching a file over connections that break: what has arrived is kept, also from one run to the next."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import requests

from ctc_submission.atomic import write_text_atomic
from ctc_submission.download.remote import REQUEST_HEADERS, RemoteFile, check_status, no_answer
from ctc_submission.parsing import parse_json

_CHUNK = 2**14  # what has come of a chunk is lost when the connection breaks within it
_PARTIAL_CONTENT = 206
_RANGE_NOT_SATISFIABLE = 416


@dataclass(frozen=True)
class TransferParameters:
    """How patient a transfer is."""

    attempts: int = 6
    """Attempts in a row that bring nothing new before it gives up."""
    pause: float = 1.0
    """Seconds before the next attempt; twice as long after each that brought nothing."""
    timeout: float = 30.0
    """Seconds without a byte before a connection counts as broken."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.pause < 0 or self.timeout <= 0:
            raise ValueError(f"{self}: expected attempts of 1 or more, a pause of 0 or more, a timeout above 0")


@dataclass(frozen=True)
class PartialFile:
    """A file as far as it has arrived, with a note beside it on what it is part of."""

    path: Path
    """The file."""

    @property
    def note(self) -> Path:
        """What it is part of: a `RemoteFile` as JSON."""
        return self.path.with_name(f"{self.path.name}.json")

    def size_of(self, remote: RemoteFile) -> int:
        """Bytes of this very remote file that have arrived."""
        if not (self.path.is_file() and self.note.is_file()):
            return 0
        with contextlib.suppress(ValueError):
            if parse_json(self.note.read_bytes()) == asdict(remote):
                return self.path.stat().st_size
        return 0

    def begin(self, remote: RemoteFile) -> None:
        """Begin anew."""
        self.path.write_bytes(b"")
        write_text_atomic(self.note, json.dumps(asdict(remote)) + "\n")

    def remove(self) -> None:
        """Remove the file and its note."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def fetch(
    remote: RemoteFile, partial: PartialFile, parameters: TransferParameters, progress: Callable[[int], object]
) -> None:
    """Fetch what is missing of a file.

    Each attempt asks for the bytes from where the last one ended. Where the server sends the file from its beginning
    nevertheless, because it knows no ranges or the file has changed, it begins anew.

    Parameters
    ----------
    remote : RemoteFile
        The file on the server.
    partial : PartialFile
        What has arrived; whole in the end.
    parameters : TransferParameters
        How patient to be.
    progress : callable
        Told the bytes that are there, now and then.

    Raises
    ------
    FileNotFoundError, PermissionError
        If the server has the file no more, or does not give it.
    OSError
        If several attempts in a row bring nothing new, or the file cannot be written.
    """
    furthest = partial.size_of(remote)
    if not furthest:
        partial.begin(remote)
    idle, whole = 0, furthest == remote.size
    while not whole:
        try:
            whole = _receive(remote, partial.path, parameters.timeout, progress)
            cause: Exception = EOFError("the connection ended too early")
        except requests.RequestException as error:
            cause = error
        arrived = partial.path.stat().st_size
        idle, furthest = (0, arrived) if arrived > furthest else (idle + 1, furthest)
        if not whole and idle >= parameters.attempts:
            raise no_answer(f"{remote.url}: {furthest} bytes arrived, then {idle} attempts brought nothing new", cause)
        if not whole:
            time.sleep(parameters.pause * 2**idle)


def _receive(remote: RemoteFile, path: Path, timeout: float, progress: Callable[[int], object]) -> bool:
    """Ask once for the bytes that are missing, and say whether the file is whole then."""
    position = path.stat().st_size
    headers = {**REQUEST_HEADERS, **_range(position, remote.version)}
    with requests.get(remote.url, headers=headers, timeout=timeout, stream=True) as response:
        goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {position}-")
        other_range = response.status_code == _PARTIAL_CONTENT and not goes_on
        if other_range or response.status_code == _RANGE_NOT_SATISFIABLE:
            path.write_bytes(b"")
            return False
        check_status(response)
        _write(response, path, position if goes_on else 0, progress)
    return remote.size in (None, path.stat().st_size)


def _range(position: int, version: str) -> dict[str, str]:
    """Headers that ask for the bytes from a position on, if the file is still the same."""
    if not position:
        return {}
    return {"Range": f"bytes={position}-", **({"If-Range": version} if version else {})}


def _write(response: requests.Response, path: Path, position: int, progress: Callable[[int], object]) -> None:
    """Write what comes to its place."""
    try:
        with path.open("r+b") as file:
            file.truncate(position)
            file.seek(position)
            progress(position)
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                progress(file.tell())
    except requests.RequestException:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"cannot write '{path}' ({reason}): free some space; the same command goes on then") from error
