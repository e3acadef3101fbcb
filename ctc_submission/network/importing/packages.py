"""Packages that are only needed for networks from elsewhere."""

import importlib
from types import ModuleType


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
