"""The Python packages that a submission needs, as wheels, for machines without a connection."""

import subprocess
import sys
from pathlib import Path


def download_wheels(requirements: Path, folder: Path) -> list[Path]:
    """Let pip download the wheels of all packages needed, for this Python on this platform.

    What is in the folder already is not fetched again. pip's own variables, such as ``PIP_EXTRA_INDEX_URL``, count.

    Parameters
    ----------
    requirements : Path
        The list of requirements.
    folder : Path
        Where the wheels are kept; made if absent.

    Returns
    -------
    list of Path
        Every wheel in the folder, sorted.

    Raises
    ------
    OSError
        If pip fails; what it says is printed as it says it.
    """
    command = [sys.executable, "-m", "pip", "download", "--only-binary", ":all:"]
    done = subprocess.run([*command, "--dest", str(folder), "--requirement", str(requirements)], check=False)
    if done.returncode:
        raise OSError(f"pip could not download the packages of {requirements} to {folder}; see what it says above")
    return sorted(folder.glob("*.whl"))
