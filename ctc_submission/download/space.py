"""Space on the disk, before it is needed."""

import shutil
from pathlib import Path


def free_space(folder: Path) -> int:
    """Bytes free on the disk of a folder, which need not exist yet."""
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    return shutil.disk_usage(there).free


def check_space(folder: Path, needed: int) -> None:
    """Check that a disk has space.

    Parameters
    ----------
    folder : Path
        Where files are to be written; it need not exist yet.
    needed : int
        Bytes.

    Raises
    ------
    OSError
        If less is free.
    """
    free = free_space(folder)
    if free < needed:
        raise OSError(
            f"{folder}: {format_size(needed)} are needed, {format_size(free)} are free; free some space, or name a "
            "folder on another disk"
        )


def format_size(count: float) -> str:
    """Write a number of bytes with its unit, three digits and powers of 1000."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
