"""Labeling methods by name: every module of this folder holds one, its ``METHOD``.

They are imported when they are used.
"""

import importlib
from typing import TYPE_CHECKING, get_args

from ctc_submission.segmentation.labeling_parameters import MethodName

if TYPE_CHECKING:
    from ctc_submission.segmentation.labeling.method import LabelingMethod


def find_method(name: MethodName) -> "LabelingMethod":
    """Return a labeling method by its name."""
    method: LabelingMethod = importlib.import_module(f"{__name__}.{name}").METHOD
    return method


def plays_a_part(parameter: str, name: MethodName) -> bool:
    """Whether a method uses a field of `LabelingParameters`: all use those that no method names as its own."""
    return parameter in find_method(name).uses or all(
        parameter not in find_method(other).uses for other in get_args(MethodName)
    )
