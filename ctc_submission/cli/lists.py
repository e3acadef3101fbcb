"""Lengths along z, y and x as one word, ``--spacing 2,0.5,0.5``, beside the three words ``--spacing 2 0.5 0.5``."""

from collections.abc import Iterator, Sequence

_OPTION = "--spacing"


def split_lists(arguments: Sequence[str]) -> list[str]:
    """Split what is given to ``--spacing`` with commas into words; other arguments stay as they are."""
    return list(_split(arguments))


def _split(arguments: Sequence[str]) -> Iterator[str]:
    before = ""
    for argument in arguments:
        option, equals, value = argument.partition("=")
        if option == _OPTION and equals:
            yield option
            yield from _words(value)
        elif before == _OPTION:
            yield from _words(argument)
        else:
            yield argument
        before = argument


def _words(value: str) -> Iterator[str]:
    return (word.strip() for word in value.split(","))
