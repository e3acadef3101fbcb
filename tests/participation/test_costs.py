from dataclasses import replace

import pytest

from ctc_submission.network.architecture import Architecture
from ctc_submission.participation import costs
from ctc_submission.participation.costs import measure_step, training_cost


def test_a_step_is_timed_by_a_real_one():
    small = Architecture(input_size=32, encoder="tf_efficientnet_lite0", decoder="separable", filters=(8, 8, 8, 8))
    assert 0 < measure_step(small, 32, "cpu") < 60


@pytest.mark.parametrize(("network", "count"), [("lite0", 3), ("b5", 6)])
def test_trainings_cost_their_steps_and_validations(entry, monkeypatch, network, count):
    monkeypatch.setattr(costs, "measure_step", lambda *given: 2.0)
    text = training_cost(replace(entry, epochs=10, network=network), trainings=3)
    assert text.startswith(f"{count} trainings of 10 epochs of 60 steps: at most about ")
    assert "at 2 s a step on cpu" in text or "at 2 s a step on cuda" in text
