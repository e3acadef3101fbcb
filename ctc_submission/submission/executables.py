"""The challenge's executables, written from a configuration: every parameter stands in them."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling.methods import plays_a_part
from ctc_submission.segmentation.labeling_parameters import LabelingParameters
from ctc_submission.settings import find_options

_WIDTH = 120
_SCRIPT = """\
#!/usr/bin/env bash
{about}
#
{parameters}
#
# Prerequisites: bash, Python 3.10 to 3.13, its packages (python -m pip install -r requirements.txt).
# A GPU is used if there is one. Data lies beside SW, or in DATA_DIR; PYTHON names another interpreter than .venv's.
set -euo pipefail
source "$(dirname "$(readlink -f "${{BASH_SOURCE[0]}}")")/_setup.sh"

exec "$python" -m ctc_submission segment "$data/{name}/{sequence}" "$data/{name}/{sequence}_RES" \\
{options} \\
    "$@"
"""


def write_executable(name: str, sequence: str, configuration: Configuration, about: str | None = None) -> str:
    """Write the text of an executable, with all parameters of a configuration that play a part.

    Parameters
    ----------
    name, sequence : str
        Of the dataset and of the sequence, such as 01.
    configuration : Configuration
        What it states. Of its checkpoints the names alone: they lie in the folder ``models`` of a submission.
    about : str, optional
        Comments to begin with, lines that start with ``#``; a line with the labeling method if not given.

    Raises
    ------
    ValueError
        If something cannot be stated by options.
    """
    options = [f"--dataset {name}", *_options(configuration)]
    words = [option.split()[0].removeprefix("--") for option in options]
    parameters = (
        'Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of '
        f"masks, with {len(words)} input parameters: {', '.join(words)}."
    )
    return _SCRIPT.format(
        name=name,
        sequence=sequence,
        about=about or f"# Segments {name}, sequence {sequence}, by the method '{configuration.labeling.method}'.",
        parameters=_fill(parameters.split(" "), "# ", ""),
        options=_fill(options, "    ", " \\"),
    )


def _options(configuration: Configuration) -> Iterator[str]:
    """Yield the options that state a configuration."""
    defaults = {field.name: field.default for field in fields(Configuration)}
    for name in find_options(Configuration):
        if name == "tiles" or getattr(configuration, name) != defaults[name]:
            yield _option(name, getattr(configuration, name))
    if configuration.pseudocolor:
        yield from _pseudocolor_options(configuration.pseudocolor)
    labeling = configuration.labeling
    for name in find_options(LabelingParameters):
        value = getattr(labeling, name)
        if value is not None and value is not False and plays_a_part(name, labeling.method):
            yield _option(name, value)


def _pseudocolor_options(parameters: PseudocolorParameters) -> Iterator[str]:
    if parameters.neighbor_distance is not None:
        raise ValueError("neighbor_distance is no option: leave it to the checkpoint's card")
    regions = find_scheme(parameters.coloring).finds_regions
    for name in ("adjacent_mean", "normalization") if regions else ("coloring",):
        yield _option(name, getattr(parameters, name))


def _option(name: str, value: Any) -> str:
    """Write an option and its value."""
    option = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return option if value else f"--no-{option.removeprefix('--')}"
    if isinstance(value, Path):
        return f'{option} "$models/{value.name}"'
    values = value if isinstance(value, tuple) else (value,)
    return " ".join([option, *map(_number, values)])


def _number(value: Any) -> str:
    """Write a number as short as it is read back, and a text as it is."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _fill(words: list[str], indent: str, end: str) -> str:
    """Set words in lines, each with a start and, but for the last one, an end; no word is broken."""
    lines, line = [], ""
    for word in words:
        if line and len(f"{indent}{line} {word}{end}") > _WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return f"{end}\n".join(indent + each for each in [*lines, line])
