"""What is in a file, in a few letters: files with the same hash hold the same bytes, whatever their times."""

from pathlib import Path

import xxhash

_BLOCK = 2**20


def hash_file(path: Path) -> str:
    """Return the XXH3 hash (128 bits) of a file's bytes, as 32 hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
