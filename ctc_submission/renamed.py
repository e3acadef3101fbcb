"""Names of earlier versions, still read for one release: keys and values of files, options of the command line."""

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

_LOG = logging.getLogger(__name__)

KEYS = MappingProxyType(
    {
        "border": "field_margin",
        "centre_model": "center_model",
        "centre_radius": "center_radius",
        "cross_sections": "three_view",
        "faithful": "per_slice",
        "licence": "license",
        "link_overlap": "stitch_overlap",
    }
)
"""Keys of configurations and model cards: old name to new."""
VALUES = MappingProxyType({"centres": "centers", "grey": "gray"})
"""Their values: old name to new."""
OPTIONS = MappingProxyType(
    {**KEYS, "task": "predict", "whole_truth": "annotate=frames", "validation_crops": "validation_samples"}
)
"""Options of the command line, without hyphens: old name to new one, with its value where the old one had none."""
OPTION_VALUES = MappingProxyType({**VALUES, "segmentation": "foreground"})
"""Their values: old name to new."""
FILES = MappingProxyType({"Fluo-C3DL-MDA231-centres.safetensors": "Fluo-C3DL-MDA231-centers.safetensors"})
"""Weights that came with earlier versions: old name to new."""


def modernize(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give keys and values of a table, and of the tables in it, the names of today.

    Parameters
    ----------
    values : mapping
        As read from TOML or JSON; not changed.
    """
    return {KEYS.get(key, key): _modernize_value(value) for key, value in values.items()}


def modernize_options(arguments: Sequence[str]) -> list[str]:
    """Give options of a command line, and their values, the names of today; says which were renamed."""
    options = {_option(old): _option(new) for old, new in OPTIONS.items()}
    renamed = []
    for place, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        after_option = place > 0 and arguments[place - 1].startswith("--")
        if option in options:
            _LOG.warning("%s is called %s now; the old name goes with the next release", option, options[option])
            renamed.append(options[option] + equals + value)
        elif equals and option.startswith("--"):
            renamed.append(option + equals + OPTION_VALUES.get(value, value))
        else:
            renamed.append(OPTION_VALUES.get(argument, argument) if after_option else argument)
    return renamed


def _modernize_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return modernize(value)
    return FILES.get(value, VALUES.get(value, value)) if isinstance(value, str) else value


def _option(key: str) -> str:
    return "--" + key.replace("_", "-")
