"""Zip archives that are the same, byte for byte, whenever and wherever the same files are packed."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from tqdm import tqdm

from ctc_submission.atomic import replacing
from ctc_submission.submission.software import Software

_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE = 0o100000
_PACKED_ALREADY = frozenset({".whl", ".gz", ".zip"})


def write_archive(path: Path, software: Software, *, show_progress: bool = False) -> None:
    """Pack the files of SW into a zip archive with one folder, ``SW``.

    Files are in the order of their names, with one fixed time and the modes 755 or 644.

    Parameters
    ----------
    path : Path
        The archive; replaced whole or left alone.
    software : Software
        The files, by name.
    show_progress : bool
        Show a progress bar on a terminal.

    Raises
    ------
    OSError
        If the archive cannot be written.
    """
    bar = tqdm(software.files, desc=path.name, unit="file", disable=None if show_progress else True)
    with replacing(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        for file in bar:
            entry = _entry(file.name, file.executable)
            with file.open() as source, archive.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 2**20)


def _entry(name: str, executable: bool) -> zipfile.ZipInfo:
    """Describe a file of the archive."""
    entry = zipfile.ZipInfo(f"SW/{name}", _TIME)
    entry.create_system = _UNIX
    entry.external_attr = (_REGULAR_FILE | (0o755 if executable else 0o644)) << 16
    is_packed = PurePosixPath(name).suffix in _PACKED_ALREADY
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    return entry
