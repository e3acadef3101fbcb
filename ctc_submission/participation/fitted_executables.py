"""The executables of a submission, written from a fitted configuration."""

import shutil
from dataclasses import replace
from pathlib import Path

from ctc_submission.atomic import write_text_atomic
from ctc_submission.participation.entry import Participation
from ctc_submission.resources import resources_folder
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.submission.executables import write_executable
from ctc_submission.submission.naming import Run


def write_executables(entry: Participation, configuration: Configuration, setup: Path | None = None) -> None:
    """Write an executable for every sequence, and the script that they share.

    Parameters
    ----------
    entry : Participation
        Dataset and folder.
    configuration : Configuration
        What they are to state.
    setup : Path, optional
        The shared script; that of the repository or the installed package if not given.
    """
    entry.executables.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(setup or resources_folder() / "SW" / "_setup.sh", entry.executables / "_setup.sh")
    centers = Path(entry.weights(1)) if configuration.center_model else None
    stated = replace(configuration, segmentation_model=Path(entry.weights(0)), center_model=centers)
    for run in entry.runs:
        path = entry.executables / Run(run.dataset, run.sequence).script
        write_text_atomic(path, write_executable(run.dataset, run.sequence, stated))
        path.chmod(0o755)
