"""Checksums of a folder's files, as ``sha256sum -c SHA256SUMS`` checks them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from ctc_submission.submission.findings import Finding, error, warning

CHECKSUMS = "SHA256SUMS"
"""Name of the file."""
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_AGAIN = "copy or pack it again, and write the checksums last"


def hash_stream(file: IO[bytes]) -> str:
    """Return the SHA-256 of what is left in an open file, as a hexadecimal string."""
    digest = hashlib.sha256()
    while block := file.read(2**20):
        digest.update(block)
    return digest.hexdigest()


def format_checksums(sums: Mapping[str, str]) -> str:
    """Write checksums by file as the text of ``SHA256SUMS``, sorted by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def check_checksums(folder: Path) -> Iterator[Finding]:
    """Hold the files of a folder against its ``SHA256SUMS``."""
    path = folder / CHECKSUMS
    if not path.is_file():
        yield warning(path, "there are no checksums", "ctc-submission package writes them")
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if not found:
            yield error(path, f"line {number} is not 'SHA-256, two blanks, file'", _AGAIN)
        elif not (folder / found[2]).is_file():
            yield error(folder / found[2], f"is missing, but {CHECKSUMS} lists it", _AGAIN)
        elif _hash(folder / found[2]) != found[1]:
            yield error(folder / found[2], f"is not the file that {CHECKSUMS} lists: its checksum differs", _AGAIN)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hash_stream(file)
