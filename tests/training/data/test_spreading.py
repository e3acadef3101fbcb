import pytest

from ctc_submission.training.data.spreading import spread


@pytest.mark.parametrize(
    ("most", "expected"), [(None, [2, 3, 5, 8, 9]), (9, [2, 3, 5, 8, 9]), (3, [2, 5, 9]), (1, [5])]
)
def test_items_are_spread_evenly(most, expected):
    assert spread([2, 3, 5, 8, 9], most) == expected
