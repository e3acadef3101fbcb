"""What holds for every labeling method."""

import pkgutil
from dataclasses import fields
from typing import get_args

import pytest

from ctc_submission.network.architecture import Output
from ctc_submission.segmentation.labeling import methods
from ctc_submission.segmentation.labeling.methods import find_method, plays_a_part
from ctc_submission.segmentation.labeling_parameters import LabelingParameters, MethodName

NAMES = get_args(MethodName)


def test_every_module_is_a_method_that_can_be_chosen():
    assert {module.name for module in pkgutil.iter_modules(methods.__path__)} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_method_uses_parameters_and_outputs_that_there_are(name):
    method = find_method(name)
    assert {*method.uses} <= {field.name for field in fields(LabelingParameters)}
    assert method.markers in (None, *get_args(Output))


@pytest.mark.parametrize(
    ("parameter", "names"),
    [
        ("marker_dynamics", {"centers"}),
        ("marker_threshold", {"centers", "interior"}),
        ("dynamics", {"centers", "interior", "distance"}),
        ("minimum_size", set(NAMES)),
    ],
)
def test_a_parameter_that_no_method_names_is_used_by_all(parameter, names):
    assert {name for name in NAMES if plays_a_part(parameter, name)} == names
