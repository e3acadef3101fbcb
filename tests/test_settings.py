"""Settings take values of the stated type only, and say in one line what is wrong."""

import pickle
from dataclasses import FrozenInstanceError, asdict, fields, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
from pydantic import Field

from ctc_submission.settings import Within, one_of, settings


@settings
class Recipe:
    """How a cake is made."""

    book: Path
    """Where it stands."""
    pans: Annotated[int, one_of(1, 6, description="1 or 6 of them")] = 1
    """Pans to bake it in."""
    share: Annotated[float, Within("a share in [0, 1)", ge=0, lt=1)] = 0.5
    """Share of sugar."""
    edges: tuple[float, float, float] | None = None
    """Edges of a piece."""
    layers: Annotated[int | None, Field(ge=1, description="1 or more")] = None
    """Layers of it."""
    iced: bool = False
    """Whether it has icing."""


BOOK = Path("book")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"book": "book"}, "book is 'book', expected a path"),
        ({}, "book is missing"),
        ({"pans": True}, "pans is True, expected 1 or 6 of them"),
        ({"pans": 1.0}, "pans is 1.0, expected 1 or 6 of them"),
        ({"pans": 5}, "pans is 5, expected 1 or 6 of them"),
        ({"share": "0.5"}, "share is '0.5', expected a share"),
        ({"share": float("nan")}, "share is nan, expected a share"),
        ({"share": None}, "share is None, expected a share"),
        ({"share": False}, "share is False, expected a share"),
        ({"edges": (1, 2)}, r"edges is \(1, 2\), expected more values"),
        ({"edges": (1, 2, 3, 4)}, r"edges is \(1, 2, 3, 4\), expected fewer values"),
        ({"edges": (1, 2, float("inf"))}, r"edges is \(1, 2, inf\), expected a finite number"),
        ({"edges": 3}, "edges is 3, expected a list"),
        ({"layers": 0}, "layers is 0, expected 1 or more"),
        ({"iced": "no"}, "iced is 'no', expected true or false"),
        ({"iced": 1}, "iced is 1, expected true or false"),
        ({"icde": True}, "unknown name 'icde', expected one of book, .*iced; did you mean 'iced'?"),
    ],
)
def test_what_is_no_such_value_is_refused_in_one_line(values, message):
    with pytest.raises(ValueError, match=message) as caught:
        Recipe(**({"book": BOOK} if values and "book" not in values else {}), **values)
    assert "\n" not in str(caught.value)


def test_values_in_their_places_are_named_too():
    with pytest.raises(ValueError, match="share is 2, expected a share"):
        Recipe(BOOK, 6, 2)
    with pytest.raises(ValueError, match="Recipe takes 6 values"):
        Recipe(BOOK, 6, 0.5, None, None, True, "more")


def test_numbers_of_numpy_and_whole_ones_become_those_of_python():
    recipe = Recipe(BOOK, np.int64(6), np.float32(0.25), np.array([1, 2, 3]), np.int8(2), np.bool_(True))
    assert recipe == Recipe(BOOK, 6, 0.25, (1.0, 2.0, 3.0), 2, True)
    assert [type(value) for value in (recipe.pans, recipe.share, recipe.iced)] == [int, float, bool]
    assert Recipe(BOOK, edges=[1, 2, 3]).edges == (1.0, 2.0, 3.0)


def test_they_are_frozen_dataclasses():
    recipe = Recipe(BOOK, 6)
    assert replace(recipe, pans=1) == Recipe(BOOK)
    assert asdict(recipe) == {"book": BOOK, "pans": 6, "share": 0.5, "edges": None, "layers": None, "iced": False}
    assert [field.name for field in fields(Recipe)] == ["book", "pans", "share", "edges", "layers", "iced"]
    assert pickle.loads(pickle.dumps(recipe)) == recipe
    assert {recipe: 1}[Recipe(BOOK, 6)] == 1
    with pytest.raises(FrozenInstanceError):
        recipe.pans = 1
    with pytest.raises(ValueError, match="pans is 7"):
        replace(recipe, pans=7)
