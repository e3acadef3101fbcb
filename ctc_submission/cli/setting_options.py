"""Options of the command line from the fields of settings: name, type, choices and help stand there alone."""

import argparse
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from ctc_submission.settings import OneOf, Option, described


def add_options(group: argparse._ArgumentGroup, kind: type, names: Sequence[str]) -> None:
    """Add options for fields of settings; one that is not given is None, so that the field keeps its value.

    Parameters
    ----------
    group : argparse group
        Where to add them.
    kind : type
        A class made by `settings.settings`.
    names : sequence of str
        Fields with an `Option`.
    """
    for name in names:
        group.set_defaults(**{name: None})
        group.add_argument(f"--{name.replace('_', '-')}", default=argparse.SUPPRESS, **option_arguments(kind, name))


def option_arguments(kind: type, name: str) -> dict[str, Any]:
    """Return what ``add_argument`` is given for a field: type, choices, metavar and help."""
    hint, notes = described(kind, name)
    option = _find(notes, Option)
    if option is None:
        raise ValueError(f"{kind.__name__}.{name} has no Option, expected one in its Annotated")
    said = {"help": option.help} | ({"metavar": option.metavar} if option.metavar else {})
    rule = _find(notes, OneOf)
    if rule is not None:
        return said | {"type": type(rule.values[0]), "choices": rule.values}
    return said | _parsed_as(hint)


def _parsed_as(hint: Any) -> dict[str, Any]:
    """Return how a value of a type is parsed; None, where the type has it, is not for the command line."""
    if isinstance(hint, types.UnionType) or type(None) in get_args(hint):
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    if get_origin(hint) is Literal:
        return {"choices": get_args(hint)}
    if get_origin(hint) is tuple:
        return {"type": float, "nargs": len(get_args(hint))}
    return {"type": hint} if hint in (int, float, Path) else {}


def _find(notes: Sequence[Any], kind: type) -> Any:
    return next((note for note in notes if isinstance(note, kind)), None)
