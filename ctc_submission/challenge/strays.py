"""What lies in the folder of a sequence and looks like one of its files, but is not taken for one."""

import re
from collections.abc import Collection
from pathlib import Path

_IMAGE = re.compile(r".*\.(tiff?|btf|tf[28]|ome|png|jpe?g|bmp|gif|lsm|czi|nd2|lif|zarr|h5|gz|zip|bz2)", re.IGNORECASE)
_MASK = re.compile(r"(mask|man_seg|man_track)_?[0-9].*", re.IGNORECASE)


def find_strays(folder: Path, prefix: str, taken: Collection[str]) -> list[str]:
    """Describe what looks like a file of a sequence: numbered in another way, of another kind, or not readable.

    Parameters
    ----------
    folder : Path
        Folder of the sequence.
    prefix : str
        What stands before the number: ``t``, ``mask``, ``man_seg`` or ``man_track``.
    taken : collection of str
        Names of the files of the sequence.

    Returns
    -------
    list of str
        Names, sorted; those of folders and of links that lead nowhere say so.
    """
    numbered = re.compile(rf"{re.escape(prefix)}[-_ ]?[0-9]+(?![0-9]).*", re.IGNORECASE)
    others = (path for path in sorted(folder.iterdir()) if path.name not in taken and not path.name.startswith("."))
    return [_describe(path) for path in others if _is_alike(path, prefix, numbered)]


def _is_alike(path: Path, prefix: str, numbered: re.Pattern[str]) -> bool:
    """Whether a file might have been meant for one of the sequence."""
    if numbered.fullmatch(path.name):
        return bool(_IMAGE.fullmatch(path.name)) or not path.suffix
    is_tiff = path.suffix.lower() in (".tif", ".tiff")
    return prefix == "t" and is_tiff and not _MASK.fullmatch(path.name)


def _describe(path: Path) -> str:
    if path.is_dir():
        return f"{path.name} (a folder)"
    if path.is_symlink() and not path.exists():
        return f"{path.name} (a link that leads nowhere)"
    return path.name
