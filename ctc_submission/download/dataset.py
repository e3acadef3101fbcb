"""One part of a dataset: looked up, fetched, checked, unpacked and recorded."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from tqdm import tqdm

from ctc_submission.atomic import write_text_atomic
from ctc_submission.download.archives import Archive
from ctc_submission.download.remote import RemoteFile, look_up
from ctc_submission.download.space import check_space
from ctc_submission.download.transfer import PartialFile, TransferParameters, fetch
from ctc_submission.download.unpacking import unpack

_CHUNK = 2**20


@dataclass(frozen=True)
class Destination:
    """Where one part of a dataset goes: training and test archives hold a folder of the same name."""

    archive: Archive
    """The archive."""
    root: Path
    """Folder of all downloads."""

    @property
    def folder(self) -> Path:
        """The dataset's folder, ``ROOT/training/DATASET`` or ``ROOT/test/DATASET``."""
        return self.root / self.archive.part / self.archive.dataset

    @property
    def record(self) -> Path:
        """What was downloaded and when, beside the folder."""
        return self.folder.with_name(f"{self.folder.name}.json")

    @property
    def partial(self) -> PartialFile:
        """The archive as far as it has arrived."""
        return PartialFile(self.folder.with_name(f".{self.folder.name}.zip.part"))

    def is_done(self) -> bool:
        """Whether the dataset was downloaded here before.

        Raises
        ------
        FileExistsError
            If there is a folder of that name without a record of a download.
        """
        if self.folder.exists() and not self.record.is_file():
            raise FileExistsError(f"{self.folder}: is there, but was not downloaded by this command; name another --to")
        return self.folder.exists()


@dataclass(frozen=True)
class Download:
    """What is to be done for one part of a dataset."""

    place: Destination
    """Archive and folder."""
    remote: RemoteFile
    """What the server tells of the archive."""
    arrived: int
    """Bytes of it that an earlier run has fetched."""


@dataclass(frozen=True)
class Downloaded:
    """What was done."""

    files: int
    """Number of files unpacked."""
    sha256: str
    """Checksum of the archive, in hexadecimal digits."""


def plan(place: Destination, parameters: TransferParameters) -> Download:
    """Look an archive up.

    Raises
    ------
    FileNotFoundError, PermissionError, OSError
        If it cannot be had, or the disk has no space for the archive and as much again for its content.
    """
    remote = look_up(place.archive.url, parameters.timeout)
    download = Download(place, remote, place.partial.size_of(remote))
    if remote.size is not None:
        check_space(place.root, 2 * remote.size - download.arrived)
    return download


def run_download(download: Download, parameters: TransferParameters, any_checksum: bool = False) -> Downloaded:
    """Fetch an archive, check it, unpack it, and remove it.

    Parameters
    ----------
    download : Download
        What to do.
    parameters : TransferParameters
        How patient to be.
    any_checksum : bool
        Whether to take an archive whose checksum is not the known one.

    Raises
    ------
    ValueError
        If the archive has another checksum, is damaged, or names files outside of it. It stays for the next run.
    OSError
        If it cannot be fetched, or a file cannot be written. What has arrived stays for the next run.
    """
    place, remote = download.place, download.remote
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    with place.partial.held():
        name = f"{place.archive.part} {place.archive.dataset}"
        with tqdm(total=remote.size, initial=download.arrived, unit="B", unit_scale=True, desc=name) as bar:
            fetch(remote, place.partial, parameters, lambda position: bar.update(position - bar.n))
        sha256 = _hash_file(place.partial.path)
        if not any_checksum:
            _check(place, sha256)
        _write_record(download, sha256)
        files = unpack(place.partial.path, place.folder)
        place.partial.remove()
    return Downloaded(files, sha256)


def _hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file, tqdm(total=path.stat().st_size, unit="B", unit_scale=True, desc="checking") as bar:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()


def _check(place: Destination, sha256: str) -> None:
    """Refuse an archive with another checksum than the known one."""
    known = place.archive.sha256
    if known is not None and sha256 != known:
        raise ValueError(
            f"{place.partial.path}: SHA-256 is {sha256}, expected {known}; remove it and run the same command again, "
            "or take it as it is with --any-checksum"
        )


def _write_record(download: Download, sha256: str) -> None:
    """Record a download; before the folder appears, so that there is never one without a record."""
    archive, remote = download.place.archive, download.remote
    record = {
        "dataset": archive.dataset,
        "part": archive.part,
        "url": remote.url,
        "bytes": download.place.partial.path.stat().st_size,
        "version": remote.version,
        "sha256": sha256,
        "sha256_expected": archive.sha256,
        "downloaded": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    write_text_atomic(download.place.record, json.dumps(record, indent=2) + "\n")
