"""Writes docs/configuration.md: every key of a configuration, from the dataclasses that are checked against.

python run_scripts/write_configuration_page.py
"""

import ast
import inspect
import sys
import textwrap
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
_START = """\
# Configuration keys

A configuration is a TOML file for `ctc-submission segment --config FILE.toml` (and `fit`, `info`). Keys stand at the
top of the file, those of the tables below `[pseudocolor]` and `[labeling]`. `dataset = "NAME"` names the
configuration to start from, such as `nuclei`; what the file does not state stays as it is there. Paths are relative
to the file; a checkpoint that is not there is looked for among the shipped ones, or in the folder that the variable
`CTC_SUBMISSION_MODELS` names. Most keys are options of `segment` as well, with hyphens: `cell_diameter` is
`--cell-diameter`. Where `[pseudocolor]` is missing, slices are pseudocolored as the checkpoint was trained; where one
of its keys is stated, the defaults below fill in the others.

This page is written by `run_scripts/write_configuration_page.py` from the code.
"""
_NO_OPTION = "in the file only"


def write_page() -> str:
    """Return the text of the page."""
    from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
    from ctc_submission.segmentation.configuration import Configuration
    from ctc_submission.segmentation.labeling import LabelingParameters

    tables = (
        ("Top of the file", Configuration),
        ("[pseudocolor]", PseudocolorParameters),
        ("[labeling]", LabelingParameters),
    )
    return "\n".join([_START, *(_write_table(title, kind) for title, kind in tables)])


def _write_table(title: str, kind: type) -> str:
    """Write the keys of a table, and what the table as a whole is for."""
    meanings = _read_docstrings(kind)
    shown = [field for field in fields(kind) if field.name not in ("pseudocolor", "labeling")]
    rows = [_write_row(field.name, kind, field.default, meanings[field.name]) for field in shown]
    summary = _one_line(inspect.getdoc(kind) or "")
    return "\n".join(
        [f"## {title}\n", f"{summary}\n", "| key | values | default | meaning |", "|---|---|---|---|", *rows, ""]
    )


def _write_row(name: str, kind: Any, default: Any, meaning: str) -> str:
    values = _describe_values(kind, name)
    option = "" if _is_option(name) else f" ({_NO_OPTION})"
    return f"| `{name}`{option} | {values} | {_write_default(default)} | {meaning} |"


def _describe_values(kind: type, name: str) -> str:
    """Say what a field takes: what its error messages say is expected, or its choices."""
    from ctc_submission.settings import described, expected_of

    if expected := expected_of(kind, name):
        return expected
    annotation = described(kind, name)[0]
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    return {bool: "`true` or `false`", str: "a text", int: "a whole number", float: "a number"}[annotation]


def _write_default(default: Any) -> str:
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, str):
        return f'`"{default}"`'
    return f"`{default}`" if isinstance(default, int | float) else "must be given"


def _is_option(name: str) -> bool:
    from ctc_submission.cli.segment import OPTIONS

    return name in OPTIONS


def _read_docstrings(kind: type) -> dict[str, str]:
    """Return the text below each field of a class."""
    (tree,) = (
        node for node in ast.parse(textwrap.dedent(inspect.getsource(kind))).body if isinstance(node, ast.ClassDef)
    )
    return {
        field.target.id: _one_line(text.value.value)
        for field, text in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
