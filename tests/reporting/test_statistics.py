import numpy as np
import pytest

from ctc_submission.reporting.statistics import find_jumps, robust_scores, running_median


def test_scores_are_standard_deviations_that_outliers_do_not_move() -> None:
    values = np.random.default_rng(0).normal(5, 2, 4000)
    values[:100] = 1e6

    scores = robust_scores(values, 0.1)

    assert np.std(scores[100:]) == pytest.approx(1, abs=0.05)
    assert robust_scores(np.full(9, 3.0), 0.5).tolist() == [0] * 9
    assert robust_scores(np.array([1.0, 1.0, 1.0, 2.0]), 0.5)[3] == 2


def test_the_running_median_takes_what_is_there_at_the_ends() -> None:
    assert running_median(np.array([1.0, 9.0, 2.0, 3.0, 4.0])).tolist() == [2, 2.5, 3, 3.5, 3]


@pytest.mark.parametrize(
    ("counts", "jumps"),
    [
        ([10, 11, 12, 13, 14, 15, 16], []),
        ([10, 11, 0, 12, 13, 12, 14], [2]),
        ([10, 10, 13, 10, 10, 10], []),
        ([10, 10, 14, 10, 10, 10], [2]),
        ([10, 0, 10, 10], []),
    ],
)
def test_jumps_are_more_than_three_mad_away(counts: list[int], jumps: list[int]) -> None:
    assert find_jumps(np.array(counts, float)).tolist() == jumps
