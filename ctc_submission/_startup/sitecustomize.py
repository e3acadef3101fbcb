"""Imported by Python itself when it starts, where SW/_setup.sh puts this folder first on its path.

Python 3.10 does not know PYTHONSAFEPATH: it takes modules from the folder it is called in. That folder stands before
this one on the path from the start of the program on, and is removed before anything is imported from it.
"""

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

_HERE = str(Path(__file__).parent)


class _SafePath(MetaPathFinder):
    """Removes what stands before this folder on the path, and this folder, once the path is complete."""

    def find_spec(self, _name: str, _path: object = None, _target: object = None) -> None:
        """Find nothing."""
        if _HERE in sys.path[1:]:
            del sys.path[: sys.path.index(_HERE) + 1]
            sys.meta_path.remove(self)


sys.meta_path.insert(0, _SafePath())
