import argparse
from pathlib import Path
from typing import Annotated, Literal

import pytest

from ctc_submission.cli.setting_options import add_options, option_arguments
from ctc_submission.settings import Option, Within, find_options, one_of, settings


@settings
class Oven:
    """What a cake is baked in."""

    door: bool = True
    """In the file only."""
    heat: Annotated[float | None, Within("0 or more", ge=0), Option("how hot", "CELSIUS")] = None
    """Heat."""
    pans: Annotated[int, one_of(1, 6), Option("pans")] = 1
    """Pans."""
    mode: Annotated[Literal["air", "grill"], Option("what heats")] = "air"
    """Mode."""
    light: Annotated[bool, Option("whether it is lit")] = False
    """Light."""
    size: Annotated[tuple[float, float] | None, Option("size", ("H", "W"))] = None
    """Size."""
    book: Annotated[Path | None, Option("recipe")] = None
    """Book."""
    name: Annotated[str | None, Option("name")] = None
    """Name."""


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_options(parser.add_argument_group("oven"), Oven, list(find_options(Oven)))
    return parser


def test_values_are_parsed_as_the_fields_have_them(parser: argparse.ArgumentParser) -> None:
    line = "--heat 9 --pans 6 --mode grill --no-light --size 1 2 --book a.txt --name x"
    given = vars(parser.parse_args(line.split()))
    assert given == {
        "heat": 9.0, "pans": 6, "mode": "grill", "light": False, "size": [1.0, 2.0], "book": Path("a.txt"), "name": "x",
    }  # fmt: skip
    assert Oven(**given) == Oven(True, 9.0, 6, "grill", False, (1.0, 2.0), Path("a.txt"), "x")


def test_what_is_not_given_is_none(parser: argparse.ArgumentParser) -> None:
    assert set(vars(parser.parse_args([])).values()) == {None}


@pytest.mark.parametrize("line", ["--pans 2", "--mode cold", "--heat warm", "--size 1", "--door"])
def test_other_values_are_refused(parser: argparse.ArgumentParser, line: str) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(line.split())


def test_help_is_that_of_the_field(parser: argparse.ArgumentParser) -> None:
    text = " ".join(parser.format_help().split())
    for shown in ("--heat CELSIUS how hot", "--pans {1,6} pans", "--mode {air,grill} what heats", "--size H W size"):
        assert shown in text


def test_a_field_without_an_option_is_named() -> None:
    with pytest.raises(ValueError, match=r"Oven\.door has no Option"):
        option_arguments(Oven, "door")
