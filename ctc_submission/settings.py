"""Settings as frozen dataclasses that are checked when they are made: types as stated, no names but those of fields.

What a field says beyond its type stands in its ``Annotated``: the values it takes (`Within`, `OneOf`) and its option of
the command line (`Option`). Pydantic checks, and is imported with the first values: help of the command line needs the
fields alone.
"""

import dataclasses
import difflib
import functools
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import dataclass_transform

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import CoreSchema, ErrorDetails

_Settings = TypeVar("_Settings", bound=type)
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


@dataclass(frozen=True)
class Rule:
    """What a field takes beyond its type; a base class."""

    description: str
    """What was expected, for messages and documentation."""

    def holds(self, value: Any) -> bool:
        """Whether the field takes a value of its type."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], "CoreSchema"]) -> "CoreSchema":
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        if not self.holds(value):
            raise ValueError(f"expected {self.description}")
        return value


@dataclass(frozen=True)
class Within(Rule):
    """Limits of a number."""

    ge: float = -float("inf")
    gt: float = -float("inf")
    le: float = float("inf")
    lt: float = float("inf")

    def holds(self, value: float | None) -> bool:
        """Whether it is within the limits; None is, where the type allows it."""
        return value is None or (self.ge <= value <= self.le and self.gt < value < self.lt)


@dataclass(frozen=True)
class OneOf(Rule):
    """Certain values only; a ``Literal`` would take a truth value that equals a number."""

    values: tuple[int | str, ...] = ()

    def holds(self, value: Any) -> bool:
        """Whether it is one of them; None is, where the type allows it."""
        return value is None or value in self.values


def one_of(*values: int | str, description: str = "") -> OneOf:
    """Return what takes certain values only."""
    return OneOf(description or f"one of {', '.join(map(str, values))}", values)


@dataclass(frozen=True)
class Expected:
    """What a field expects that its type alone checks."""

    description: str


@dataclass(frozen=True)
class Option:
    """The option of the command line that sets a field; its name is the field's."""

    help: str
    metavar: str | tuple[str, ...] | None = None
    any_network: bool = False
    """Whether a value holds for any network, so that the choice of another one keeps it."""


@dataclass_transform(frozen_default=True)
def settings(kind: _Settings) -> _Settings:
    """Make a class a frozen dataclass whose values are checked by pydantic, strictly: no text for a number.

    Numbers of numpy and whole numbers for real ones are taken, and become Python's; lists become tuples. A field that
    says more than its type does is an ``Annotated`` with a `Rule`, or with a pydantic ``Field`` whose description is
    what was expected. Defaults are taken as they are.

    Raises
    ------
    ValueError
        Where one is made of a value of another type or out of range, or of a name that is no field; in one line.
    """
    made: Any = dataclass(frozen=True)(kind)
    make = made.__init__
    needed = [field.name for field in fields(made) if field.default is dataclasses.MISSING]

    @functools.wraps(make)
    def checked(self: Any, *values: Any, **named: Any) -> None:
        make(self, **(_check(made, values, named) if values or named or needed else {}))

    made.__init__ = checked
    return made


def described(kind: type, name: str) -> tuple[Any, tuple[Any, ...]]:
    """Return the type of a field, and what its ``Annotated`` says of it."""
    hint = typing.get_type_hints(kind, include_extras=True)[name]
    return (hint.__origin__, hint.__metadata__) if hasattr(hint, "__metadata__") else (hint, ())


def expected_of(kind: type, name: str) -> str:
    """Return what a field takes, in words; empty where its type says it all."""
    said = [getattr(each, "description", None) for each in described(kind, name)[1]]
    return next((text for text in said if text), "")


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


def find_options(kind: type) -> dict[str, Option]:
    """Find the fields of settings that are options as well, by name, in their order."""
    noted = {field.name: described(kind, field.name)[1] for field in fields(kind)}
    return {name: note for name, notes in noted.items() for note in notes if isinstance(note, Option)}


def _check(kind: Any, values: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    """Check the values that an instance is to be made of; return them by name, as Python's numbers and tuples."""
    from pydantic import ValidationError

    known = [field.name for field in fields(kind)]
    if len(values) > len(known):
        raise ValueError(f"{kind.__name__} takes {len(known)} values ({', '.join(known)}), found more")
    given = {**dict(zip(known, values, strict=False)), **named}
    for name in given:
        if name not in known:
            raise ValueError(unknown_name("name", name, known))
    try:
        model = _model(kind)(**{name: _plain(value) for name, value in given.items()})
    except ValidationError as error:
        raise ValueError(_describe(kind, error.errors(include_url=False)[0], given)) from None
    return {name: getattr(model, name) for name in given}


@functools.cache
def _model(kind: Any) -> "type[BaseModel]":
    """Return what checks the values of a dataclass."""
    from pydantic import ConfigDict, create_model

    strict = ConfigDict(strict=True, allow_inf_nan=False, arbitrary_types_allowed=True, protected_namespaces=())
    hints = typing.get_type_hints(kind, include_extras=True)
    made: Any = {
        field.name: (hints[field.name], ... if field.default is dataclasses.MISSING else field.default)
        for field in fields(kind)
    }
    return create_model(kind.__name__, __config__=strict, **made)


def _plain(value: Any) -> Any:
    """Turn numpy's scalars and arrays, and lists, into numbers and tuples of Python."""
    import numpy as np

    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _describe(kind: Any, error: "ErrorDetails", given: Mapping[str, Any]) -> str:
    """Word an error in one line: what was found, what was expected."""
    name = str(error["loc"][0])
    if name not in given:
        return f"{name} is missing"
    expected = expected_of(kind, name) or _EXPECTED.get(error["type"])
    return (
        f"{name} is {_quoted(given[name])}, expected {expected or error.get('ctx', {}).get('expected', error['msg'])}"
    )


def _quoted(value: Any) -> str:
    """Write a value so that it fits a line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]} ..."
