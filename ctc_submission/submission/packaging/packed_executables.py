"""The executables of a submission, from those of the repository; generalizable ones with their names and weights."""

import re
from pathlib import Path

from ctc_submission.submission.naming import Run, parse_script

_WEIGHTS = re.compile(r"\$models/([\w./+-]+)")


def find_runs(folder: Path, dataset: str, sequences: list[str] | None, configuration: str | None) -> list[Run]:
    """List a dataset's runs for which there are executables.

    Parameters
    ----------
    folder : Path
        Folder of the repository's executables.
    dataset : str
        Name of the dataset.
    sequences : list of str or None
        Sequences wanted; None for all.
    configuration : str or None
        What a generalizable submission was trained on; None for a regular one.

    Raises
    ------
    FileNotFoundError
        If a wanted executable does not exist.
    """
    names = sorted(path.name for path in folder.glob("*.sh"))
    known = [run for run in map(parse_script, names) if run is not None and run.configuration is None]
    of_dataset = [run.sequence for run in known if run.dataset == dataset]
    missing = [sequence for sequence in sequences or () if sequence not in of_dataset]
    if missing or not of_dataset:
        expected = ", ".join(f"{run.dataset} {run.sequence}" for run in known) or "one made by copying another's"
        raise FileNotFoundError(
            f"{folder}: no executable for {' '.join([dataset, *missing])}, expected one of {expected}"
        )
    return [Run(dataset, sequence, configuration) for sequence in dict.fromkeys(sequences or of_dataset)]


def read_executable(folder: Path, run: Run) -> str:
    """Return the text of a run's executable.

    A generalizable one writes to ``SEQ_RES-CONFIG`` and takes its weights from ``models/CONFIG``, so that several
    archives can be unpacked into one SW.
    """
    regular = Run(run.dataset, run.sequence)
    text = (folder / regular.script).read_text(encoding="utf-8")
    if run.configuration is None:
        return text
    text = text.replace(f"/{regular.results}", f"/{run.results}").replace("$models/", f"$models/{run.configuration}/")
    return text.replace(
        f"sequence {run.sequence}.", f"sequence {run.sequence}; weights trained on {run.configuration}.", 1
    )


def weights_of(text: str) -> list[str]:
    """List the weights that an executable names, relative to the folder ``models``."""
    return sorted(set(_WEIGHTS.findall(text)))
