"""Which values differ between two descriptions, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

_MOST = 5


def describe_differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """Name the values that differ, such as ``configuration.tiles 6 there, 1 now``; the first five of them.

    Parameters
    ----------
    there, here : mapping
        JSON values by name, mappings within them too.
    """
    found = list(_differences(there, here, ""))
    more = f", {len(found) - _MOST} more" if len(found) > _MOST else ""
    return ", ".join(found[:_MOST]) + more


def _differences(there: Mapping[str, Any], here: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name in sorted(there.keys() | here.keys()):
        old, new = there.get(name), here.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differences(old, new, f"{prefix}{name}.")
        elif old != new:
            yield f"{prefix}{name} {_word(old)} there, {_word(new)} now"


def _word(value: Any) -> str:
    if value is None:
        return "not stated"
    text = str(value)
    return text if len(text) <= 24 else f"{text[:12]}..."
