"""Writes the challenge's executables, SW/NAME-01.sh and -02.sh, with every parameter of the shipped configurations.

python run_scripts/write_scripts.py

The first paragraph of comments, which says how cells are found, is kept from an executable that is there.
"""

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.cli.setting_options import option_names
from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.segmentation.configuration import CONFIGURATIONS, MODELS, Configuration
from ctc_submission.segmentation.labeling_parameters import LabelingParameters, UsedBy
from ctc_submission.settings import described

SW = Path(__file__).parents[1] / "SW"
_WIDTH = 120
_ABOUT = "# Segments {name}, sequence {sequence}, by the method '{method}'."
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


def written_scripts() -> dict[Path, str]:
    """Return the text of each executable: two for every dataset that has a configuration."""
    names = [name for name in CONFIGURATIONS if name in DATASETS]
    return {
        SW / f"{name}-{sequence}.sh": write_script(name, sequence, CONFIGURATIONS[name])
        for name in names
        for sequence in ("01", "02")
    }


def write_script(name: str, sequence: str, configuration: Configuration) -> str:
    """Return the text of an executable, with all parameters of a configuration that play a part."""
    options = [f"--dataset {name}", *_options(configuration)]
    words = [option.split()[0].removeprefix("--") for option in options]
    parameters = (
        'Runs the routine "segment" of the Python package ctc_submission: from the folder of frames to the folder of '
        f"masks, with {len(words)} input parameters: {', '.join(words)}."
    )
    return _SCRIPT.format(
        name=name,
        sequence=sequence,
        about=_find_about(name, sequence, configuration),
        parameters=_fill(parameters.split(" "), "# ", ""),
        options=_fill(options, "    ", " \\"),
    )


def _find_about(name: str, sequence: str, configuration: Configuration) -> str:
    """Return the first paragraph of comments of the executable that is there, or a line to start from."""
    path = SW / f"{name}-{sequence}.sh"
    if path.is_file():
        return path.read_text(encoding="utf-8").split("\n#\n")[0].partition("\n")[2]
    return _ABOUT.format(name=name, sequence=sequence, method=configuration.labeling.method)


def _options(configuration: Configuration) -> Iterator[str]:
    """Yield the options that state a configuration."""
    defaults = {field.name: field.default for field in fields(Configuration)}
    for name in option_names(Configuration):
        if name == "tiles" or getattr(configuration, name) != defaults[name]:
            yield _option(name, getattr(configuration, name))
    if configuration.pseudocolor:
        yield from _pseudocolor_options(configuration.pseudocolor)
    labeling = configuration.labeling
    for name in option_names(LabelingParameters):
        value = getattr(labeling, name)
        if value is not None and value is not False and _plays_a_part(name, labeling.method):
            yield _option(name, value)


def _pseudocolor_options(parameters: PseudocolorParameters) -> Iterator[str]:
    if parameters.neighbor_distance is not None:
        raise ValueError("neighbor_distance is no option: leave it to the checkpoint's card")
    regions = find_scheme(parameters.coloring).finds_regions
    for name in ("adjacent_mean", "normalization") if regions else ("coloring",):
        yield _option(name, getattr(parameters, name))


def _plays_a_part(name: str, method: str) -> bool:
    """Whether the labeling method uses a parameter."""
    used = [note for note in described(LabelingParameters, name)[1] if isinstance(note, UsedBy)]
    return not used or method in used[0].methods


def _option(name: str, value: Any) -> str:
    """Write an option and its value."""
    option = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return option if value else f"--no-{option.removeprefix('--')}"
    if isinstance(value, Path):
        if value.parent != MODELS:
            raise ValueError(f"{value} is not in {MODELS}, expected weights that are shipped")
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


def main() -> None:
    """Write them."""
    for path, text in written_scripts().items():
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
