"""Settings as frozen dataclasses that are checked when they are made: types as stated, no names but those of fields."""

import difflib
import functools
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from pydantic import AfterValidator, ConfigDict, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails
from typing_extensions import dataclass_transform

_Settings = TypeVar("_Settings", bound=type)
_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)
_EXPECTED = {
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "tuple_type": "a list",
    "missing": "more values",
    "too_long": "fewer values",
    "is_instance_of": "a path",
    "dataclass_exact_type": "a table",
    "dataclass_type": "a table",
}
"""What a value of the wrong type should have been, by pydantic's name of the error."""


@dataclass_transform(frozen_default=True)
def settings(kind: _Settings) -> _Settings:
    """Make a class a frozen dataclass whose values are checked by pydantic, strictly: no text for a number.

    Numbers of numpy and whole numbers for real ones are taken, and become Python's; lists become tuples. A field that
    says more than its type does is an ``Annotated`` with a pydantic ``Field`` whose description is what was expected.
    ``dataclasses.fields``, ``replace`` and ``asdict`` work as with any dataclass.

    Raises
    ------
    ValueError
        Where one is made of a value of another type or out of range, or of a name that is no field; in one line.
    """
    made: Any = dataclass(frozen=True, config=_STRICT)(kind)
    make = made.__init__

    @functools.wraps(make)
    def checked(self: Any, *values: Any, **named: Any) -> None:
        try:
            make(self, *map(_plain, values), **{name: _plain(value) for name, value in named.items()})
        except ValidationError as error:
            names = (field.name for field in fields(made))
            given = {**dict(zip(names, values, strict=False)), **named}
            raise ValueError(_describe(made, error.errors(include_url=False)[0], given)) from None

    made.__init__ = checked
    return made


def one_of(*values: int | str) -> AfterValidator:
    """Return what takes certain values only; a ``Literal`` would take a truth value that equals one of them."""

    def check(value: int | str) -> int | str:
        if value not in values:
            raise ValueError(f"expected one of {', '.join(map(str, values))}")
        return value

    return AfterValidator(check)


def check_table(name: str, values: Any, kind: type) -> None:
    """Check that a part of a file is a table whose keys are fields of a dataclass.

    Parameters
    ----------
    name : str
        The table's name; empty for the file itself.
    values : object
        What the file holds there.
    kind : type
        The dataclass.

    Raises
    ------
    ValueError
        If it is no table, or a key is unknown; the message names the nearest one.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{name or 'the file'} is {values!r}, expected a table")
    known = [field.name for field in fields(kind)]
    where = f" in [{name}]" if name else ""
    for key in values:
        if key not in known:
            raise ValueError(unknown_name(f"key{where}", str(key), known))


def unknown_name(what: str, found: str, known: Collection[str]) -> str:
    """Word that a name is not known: the nearest one, and all that are."""
    near = difflib.get_close_matches(found, known, n=1)
    meant = f"; did you mean '{near[0]}'?" if near else ""
    return f"unknown {what} '{found}', expected one of {', '.join(known)}{meant}"


def _plain(value: Any) -> Any:
    """Turn numpy's scalars and arrays, and lists, into numbers and tuples of Python."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _describe(kind: Any, error: ErrorDetails, given: Mapping[str, Any]) -> str:
    """Word an error in one line: what was found, what was expected."""
    known = [field.name for field in fields(kind)]
    place = error["loc"][0] if error["loc"] else ""
    name = known[place] if isinstance(place, int) and place < len(known) else str(place)
    if error["type"] == "unexpected_positional_argument":
        return f"{kind.__name__} takes {len(known)} values ({', '.join(known)}), found more"
    if error["type"] == "unexpected_keyword_argument":
        return unknown_name("name", name, known)
    if error["type"] == "value_error" and name not in known:  # of the class itself
        return str(error["ctx"]["error"])
    if name not in given:
        return f"{name} is missing"
    field = kind.__pydantic_fields__[name]
    expected = field.description or _EXPECTED.get(error["type"]) or error.get("ctx", {}).get("expected", error["msg"])
    return f"{name} is {_quoted(given[name])}, expected {expected}"


def _quoted(value: Any) -> str:
    """Write a value so that it fits a line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]} ..."
