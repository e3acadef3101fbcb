import math

import pytest

from ctc_submission.linking.linking_parameters import LinkingParameters


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_distance": 0},
        {"max_distance": -1},
        {"max_distance": math.inf},
        {"max_division_distance": -0.1},
        {"max_division_distance": math.nan},
        {"max_gap": -1},
    ],
)
def test_lengths_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=rf"{next(iter(wrong))} is {next(iter(wrong.values()))}, expected"):
        LinkingParameters(**wrong)


def test_cells_need_not_divide():
    assert LinkingParameters(max_distance=3, max_division_distance=0).max_division_distance == 0
