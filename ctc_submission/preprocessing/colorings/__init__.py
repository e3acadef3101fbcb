"""Pseudocoloring schemes by name: every module of this folder holds one, its ``SCHEME``.

They are imported when they are used: command lines need their names alone.
"""

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctc_submission.preprocessing.coloring_scheme import ColoringScheme

COLORINGS: tuple[str, ...] = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))
"""Names of all schemes."""


def find_scheme(name: str) -> "ColoringScheme":
    """Return a pseudocoloring scheme by its name, one of `COLORINGS`."""
    scheme: ColoringScheme = importlib.import_module(f"{__name__}.{name}").SCHEME
    return scheme
