"""Where the files that are no Python lie: weights, configurations, executables, documents.

An installed wheel holds them in the package itself. A checkout has ``models`` and ``SW`` beside the package, and so
has an unpacked submission, whose executables lie beside it one by one.
"""

import importlib.resources
import os
from pathlib import Path

PACKAGE = Path(str(importlib.resources.files("ctc_submission")))
"""Folder of the Python package."""
MODELS_VARIABLE = "CTC_SUBMISSION_MODELS"
"""Environment variable that names another folder of weights and configurations than the shipped ones."""
FOLDERS = ("models", "SW")
"""Folders that the wheel takes along into the package."""
DOCUMENTS = ("LICENSE", "NOTICE", "CITATION.cff", "requirements.txt")
"""Files that the wheel takes along into the package."""


def resources_folder() -> Path:
    """Return the folder that holds ``models``: the installed package, else the folder beside the package."""
    return PACKAGE if (PACKAGE / "models").is_dir() else PACKAGE.parent


def models_folder() -> Path:
    """Return the folder of weights, configurations and model cards: that of `MODELS_VARIABLE`, else the shipped one."""
    named = os.environ.get(MODELS_VARIABLE)
    return Path(named).expanduser().absolute() if named else resources_folder() / "models"
