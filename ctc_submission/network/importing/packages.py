"""Packages that are only needed for networks from elsewhere."""

import contextlib
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from ctc_submission.network.bounded import DAMAGE


def need(name: str) -> ModuleType:
    """Import a module of a package that may not be installed.

    Raises
    ------
    OSError
        If it is not; the message says how to get it.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise OSError(
            f"the package '{name.split('.')[0]}' is not installed: pip install 'ctc-submission[import]'"
        ) from error


@contextlib.contextmanager
def naming_damage(path: Path, expected: str) -> Iterator[None]:
    """Turn what the readers of a damaged file raise into a ValueError that names the file.

    Parameters
    ----------
    path : Path
        The file.
    expected : str
        What it should have been.
    """
    try:
        yield
    except ValueError as error:
        if str(error).startswith(str(path)):
            raise
        raise _damaged(path, expected, error) from error
    except DAMAGE as error:
        raise _damaged(path, expected, error) from error


def _damaged(path: Path, expected: str, error: BaseException) -> ValueError:
    reason = " ".join(str(error).split())[:200]
    return ValueError(f"{path}: not {expected} ({reason or type(error).__name__}); fetch it again")
