from pathlib import Path

import pytest

from ctc_submission.evaluation.evaluate import SequenceEvaluation
from ctc_submission.evaluation.measures import Measures
from ctc_submission.evaluation.measures.means import find_means, mean_measures
from ctc_submission.evaluation.measures.overall import mean_of


def evaluation(dataset, sequence, seg, tra=None):
    return SequenceEvaluation(dataset, sequence, Path(), Measures(seg=seg, tra=tra), None, True, (), (), None, None)


def test_mean_of_values():
    assert mean_of([0.5, 1.0]) == 0.75
    assert mean_of([0.5, None]) is None
    assert mean_of([]) is None


def test_a_measure_that_one_lacks_has_no_mean():
    assert mean_measures([Measures(seg=0.2, det=0.1), Measures(seg=0.4)]) == Measures(seg=pytest.approx(0.3))


def test_one_sequence_needs_no_mean():
    assert find_means([evaluation("A", "01", 0.5)]) == []


def test_over_the_sequences_of_a_dataset():
    (mean,) = find_means([evaluation("A", "01", 0.5), evaluation("A", "02", 0.7)])
    assert (mean.dataset, mean.measures.seg) == ("A", pytest.approx(0.6))


def test_over_datasets_each_counts_once():
    three = [evaluation("A", "01", 0.5), evaluation("B", "01", 0.0), evaluation("A", "02", 0.7)]
    means = {mean.dataset: mean.measures.seg for mean in find_means(three)}
    assert means == {"A": pytest.approx(0.6), "all": pytest.approx(0.3)}
