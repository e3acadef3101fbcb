"""A configuration as the text of a TOML file that gives the same configuration when it is read."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import MODELS, Configuration
from ctc_submission.segmentation.labeling import LabelingParameters

_TABLES = {"pseudocolor": PseudocolorParameters, "labeling": LabelingParameters}


def format_configuration(configuration: Configuration, folder: Path, notes: Mapping[str, str] | None = None) -> str:
    """Write a configuration as TOML.

    What equals the default is left out, but for the labeling method and values with a note.

    Parameters
    ----------
    configuration : Configuration
        What to write.
    folder : Path
        Folder the file will lie in; checkpoints elsewhere than in `MODELS` are named relative to it.
    notes : mapping of str to str, optional
        Comments to stand beside values, by the name of the field of `PseudocolorParameters` or `LabelingParameters`.

    Returns
    -------
    str
        `read_configuration` makes the same configuration of it.
    """
    defaults = {field.name: field.default for field in fields(Configuration)}
    lines = []
    for name, value in vars(configuration).items():
        if name not in _TABLES and value != defaults[name]:
            lines.append(_line(name, _model_name(value, folder) if isinstance(value, Path) else value))
    for name, kind in _TABLES.items():
        if table := getattr(configuration, name):
            lines += ["", f"[{name}]", *_table_lines(table, kind(), notes or {})]
    return "\n".join(lines) + "\n"


def _table_lines(table: Any, default: Any, notes: Mapping[str, str]) -> Iterator[str]:
    for name, value in vars(table).items():
        if name in notes:
            yield f"{_line(name, value)}  # {notes[name]}"
        elif name == "method" or value != getattr(default, name) or _is_color(default, value):
            yield _line(name, value)


def _is_color(default: Any, value: Any) -> bool:
    """Whether a value is written although it is the default: pseudocolors are those of the networks if not stated."""
    return isinstance(default, PseudocolorParameters) and value is not None


def _line(name: str, value: Any) -> str:
    """Write a key and its value; numbers, texts, truths and lists read the same in JSON and TOML."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _model_name(path: Path, folder: Path) -> str:
    """Name a checkpoint as it is found from a folder."""
    if path.parent == MODELS and not (folder / path.name).is_file():
        return path.name
    return Path(os.path.relpath(path, folder)).as_posix()
