"""JSON and TOML texts read so that any damage is a ``ValueError``, too many tables in one another as well."""

import json
import sys
from typing import Any

from ctc_submission.renamed import modernize

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_TOO_DEEP = "its values lie too deep in one another"


def parse_json(text: str | bytes) -> Any:
    """Parse JSON, with or without a byte order mark.

    Raises
    ------
    ValueError
        If it is none, no UTF-8, or too deep.
    """
    try:
        return json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError(f"not JSON that can be read ({_TOO_DEEP})") from None
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from error


def parse_settings(text: bytes) -> dict[str, Any]:
    """Parse TOML, with or without a byte order mark; its keys and values get the names of today.

    Raises
    ------
    ValueError
        If it is none, no UTF-8, or too deep.
    """
    try:
        return modernize(tomllib.loads(text.decode("utf-8-sig")))
    except RecursionError:
        raise ValueError(f"not TOML that can be read ({_TOO_DEEP})") from None
    except ValueError as error:
        raise ValueError(f"not TOML ({error})") from error
