"""The executables of a submission, written from a fitted configuration: every parameter stands in them."""

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from ctc_submission.atomic import write_text_atomic
from ctc_submission.participation.entry import Entry
from ctc_submission.resources import resources_folder
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.submission.naming import Run

Option = tuple[str, ...]
"""An option and its values."""

_WIDTH = 120
_TEXT = """\
#!/usr/bin/env bash
# Segments {dataset}, sequence {sequence}.
#
{header}
#
# Prerequisites: bash, Python 3.10 to 3.13, the packages of requirements.txt (pip install -r requirements.txt).
# A GPU is used if there is one. Data lies beside SW, or in DATA_DIR; PYTHON names another interpreter than .venv's.
set -euo pipefail
source "$(dirname "$(readlink -f "${{BASH_SOURCE[0]}}")")/_setup.sh"

exec "$python" -m ctc_submission segment "$data/{dataset}/{sequence}" "$data/{dataset}/{sequence}_RES" \\
{options} \\
    "$@"
"""


def parameters_of(configuration: Configuration) -> list[Option]:
    """List the options of ``ctc-submission segment`` that state a configuration, but for its networks."""
    options: list[Option] = [("--tiles", str(configuration.tiles))]
    if configuration.three_view:
        options.append(("--three-view",))
    for field in fields(LabelingParameters):
        value = getattr(configuration.labeling, field.name)
        if value is not None and field.name != "per_slice":
            values = value if isinstance(value, tuple) else (value,)
            options.append((f"--{field.name.replace('_', '-')}", *map(_text, values)))
    return options


def write_executables(entry: Entry, configuration: Configuration, setup: Path | None = None) -> None:
    """Write an executable for every sequence, and the script that they share.

    Parameters
    ----------
    entry : Entry
        Dataset and folder.
    configuration : Configuration
        What they are to state.
    setup : Path, optional
        The shared script; that of the repository or the installed package if not given.
    """
    entry.executables.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(setup or resources_folder() / "SW" / "_setup.sh", entry.executables / "_setup.sh")
    networks = [("--segmentation-model", f'"$models/{entry.weights(0)}"')]
    if configuration.center_model:
        networks.append(("--center-model", f'"$models/{entry.weights(1)}"'))
    options: list[Option] = [("--dataset", entry.dataset), *networks, *parameters_of(configuration)]
    for run in entry.runs:
        regular = Run(run.dataset, run.sequence)
        path = entry.executables / regular.script
        write_text_atomic(path, _script(regular, options))
        path.chmod(0o755)


def _script(run: Run, options: Sequence[Option]) -> str:
    names = ", ".join(option[0].removeprefix("--") for option in options)
    header = (
        'Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of '
        f"masks, with {len(options)} input parameters: {names}."
    )
    lines = textwrap.wrap(
        header, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
    )
    stated = " \\\n".join(f"    {' '.join(option)}" for option in options)
    return _TEXT.format(dataset=run.dataset, sequence=run.sequence, header="\n".join(lines), options=stated)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
