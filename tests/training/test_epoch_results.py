"""What follows from the epochs so far: the rate, the best, the end, and a line to read."""

from dataclasses import replace

import pytest

from ctc_submission.training.epoch_results import EpochResult, best_result, describe_result, is_finished, next_rate
from ctc_submission.training.hyperparameters import TrainingParameters


def epochs(*losses, seconds=10.0):
    return [EpochResult(epoch, 0.5, loss, 0.8, 1e-3, seconds) for epoch, loss in enumerate(losses, start=1)]


def rates(losses, hyperparameters):
    return [next_rate(epochs(*losses[:done]), hyperparameters) for done in range(len(losses) + 1)]


def test_rate_is_lowered_after_so_many_epochs_without_a_better_one():
    hyperparameters = TrainingParameters(learning_rate=1.0, patience=2, decay=0.25)
    assert rates([0.5, 0.6, 0.5, 0.4, 0.4, 0.4, 0.4], hyperparameters) == [1, 1, 1, 0.25, 0.25, 0.25, 0.0625, 0.0625]


def test_rate_stays_while_the_loss_falls():
    hyperparameters = TrainingParameters(learning_rate=1e-3, patience=1)
    assert set(rates([0.5, 0.4, 0.3, 0.2], hyperparameters)) == {1e-3}


def test_cosine_goes_from_the_whole_rate_to_almost_nothing():
    hyperparameters = TrainingParameters(learning_rate=2.0, schedule="cosine", epochs=4)
    assert rates([0.5, 0.5, 0.5], hyperparameters) == pytest.approx([2, 1 + 0.5**0.5, 1, 1 - 0.5**0.5])


def test_best_is_the_first_of_the_lowest_loss():
    assert best_result(epochs(0.5, 0.3, 0.4, 0.3)).epoch == 2


def test_finished_after_all_epochs_or_too_many_without_a_better_one():
    hyperparameters = TrainingParameters(epochs=5)
    assert not is_finished([], hyperparameters)
    assert not is_finished(epochs(0.5, 0.6, 0.6, 0.6), hyperparameters)
    assert is_finished(epochs(0.5, 0.6, 0.6, 0.6, 0.1), hyperparameters)
    stopping = replace(hyperparameters, stop_after=2)
    assert not is_finished([], stopping)
    assert not is_finished(epochs(0.5, 0.6), stopping)
    assert is_finished(epochs(0.5, 0.6, 0.5), stopping)
    assert not is_finished(epochs(0.5, 0.6, 0.4), stopping)


@pytest.mark.parametrize(
    ("seconds", "left"),
    [(10.0, "30 s"), (60.0, "3 min"), (3600.0, "3 h"), (2610.0, "2 h 10 min"), (1799.0, "1 h 30 min")],
)
def test_line_says_how_long_the_rest_takes(seconds, left):
    line = describe_result(epochs(0.5, 0.4, seconds=seconds), TrainingParameters(epochs=5))
    assert line.startswith("epoch 2 of 5: training loss 0.5000, validation loss 0.4000, MeanIoU 0.8000, the best so")
    assert line.endswith(f", {left} left")
    assert "best" not in describe_result(epochs(0.4, 0.5), TrainingParameters())


def test_time_does_not_tell_results_apart():
    assert epochs(0.5, seconds=1) == epochs(0.5, seconds=2)
