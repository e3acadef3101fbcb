"""Writes the challenge's executables, SW/NAME-01.sh and -02.sh, with every parameter of the shipped configurations.

python run_scripts/write_scripts.py

The first paragraph of comments, which says how cells are found, is kept from an executable that is there.
"""

import sys
from pathlib import Path

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.segmentation.configuration import CONFIGURATIONS
from ctc_submission.submission.executables import write_executable

SW = Path(__file__).parents[1] / "SW"


def written_scripts() -> dict[Path, str]:
    """Return the text of each executable: two for every dataset that has a configuration."""
    paths = {
        SW / f"{name}-{seq}.sh": (name, seq) for name in CONFIGURATIONS if name in DATASETS for seq in ("01", "02")
    }
    return {
        path: write_executable(name, sequence, CONFIGURATIONS[name], _find_about(path))
        for path, (name, sequence) in paths.items()
    }


def _find_about(path: Path) -> str | None:
    """Return the first paragraph of comments of an executable, if it is there."""
    if not path.is_file():
        return None
    return path.read_text(encoding="utf-8").split("\n#\n")[0].partition("\n")[2]


def main() -> None:
    """Write them."""
    for path, text in written_scripts().items():
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
