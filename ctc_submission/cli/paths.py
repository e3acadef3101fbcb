"""Paths of the command line, checked before anything is imported that takes seconds."""

from pathlib import Path

_FRAMES = "000.tif, {0}001.tif, ... (three or four digits)"


def need_file(path: Path, expected: str) -> None:
    """Check that a file is there.

    Parameters
    ----------
    path : Path
        What the command line names.
    expected : str
        What it should be, to end the message with.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise FileNotFoundError(f"{path}: {found}; expected {expected}")


def need_folder(path: Path, expected: str) -> None:
    """Check likewise that a folder is there.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If it is not there, or is a file.
    """
    if path.is_file():
        raise NotADirectoryError(f"{path}: a file; expected {expected}")
    if not path.is_dir():
        raise FileNotFoundError(f"{path}: no such folder; expected {expected}")


def need_weights(path: Path | None) -> None:
    """Check that a checkpoint is there, if one is named.

    Raises
    ------
    FileNotFoundError
        If it is not.
    """
    if path is not None and not path.is_file():
        raise FileNotFoundError(f"{path}: no such weights; expected a .safetensors checkpoint, see models/README.md")


def need_image(path: Path) -> None:
    """Check that a TIFF file is there.

    Raises
    ------
    FileNotFoundError
        If it is not.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file '{path}', expected a TIFF image")


def need_frames(path: Path, prefix: str = "t", *, or_file: bool = False) -> None:
    """Check that a folder of numbered frames is there.

    Parameters
    ----------
    path : Path
        What the command line names.
    prefix : str
        What stands before the numbers: ``t`` or ``mask``.
    or_file : bool
        Whether one file is taken as well.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no such folder, or it is a file and none is taken.
    """
    names = f"frames named {prefix}{_FRAMES.format(prefix)}"
    if not path.exists():
        if or_file and path.suffix:
            need_image(path)
        raise FileNotFoundError(f"there is no folder '{path}', expected one with {names}")
    if path.is_file() and not or_file:
        raise NotADirectoryError(f"'{path}' is a file, expected a folder with {names}")
