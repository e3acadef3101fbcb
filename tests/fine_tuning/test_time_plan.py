"""How the minutes are divided, and plans that are taken up again."""

from dataclasses import replace

import pytest

from ctc_submission.fine_tuning.time_plan import FrameTime, Plan, count_frames, estimate_later, load_plan, save_plan
from ctc_submission.fine_tuning.training_steps import count_steps, divide_steps

PLAN = Plan({"start": "abc", "spacing": (1.0, 1.0, 1.0)}, 10, 240, 2, 3, 0.5, 300.0, 120.0)


def test_slow_frames_are_few_and_quick_ones_limited():
    assert count_frames(10, 1, FrameTime(25, 1)) == (2, 2)
    assert count_frames(10, 1, FrameTime(0.1, 0.01)) == (8, 8)
    assert count_frames(0.001, 3, FrameTime(25, 1)) == (1, 1)


def test_thresholds_and_scores_fit_into_half_of_the_time():
    time = FrameTime(10, 0.5)
    scored, fitted = count_frames(10, 2, time)
    assert 60 < estimate_later(scored, fitted, 2, time) <= 300


@pytest.mark.parametrize(
    ("seconds", "step", "watched", "expected"),
    [(300, 1.0, True, 300), (300, 0.01, True, 1500), (300, 0.01, False, 300)],
)
def test_steps_fill_their_time_up_to_a_limit(seconds, step, watched, expected):
    assert count_steps(seconds, step, watched=watched) == expected


@pytest.mark.parametrize(
    ("steps", "samples", "expected"),
    [(300, 4000, (10, 240)), (1, 4000, (1, 8)), (300, 12, (150, 12)), (7, 4, (7, 4))],
)
def test_steps_are_divided_into_epochs(steps, samples, expected):
    assert divide_steps(steps, 8, samples) == expected


def test_a_plan_is_taken_up_again_and_another_one_refused(tmp_path):
    assert load_plan(tmp_path, PLAN.identity) is None
    save_plan(tmp_path, PLAN)
    assert load_plan(tmp_path, PLAN.identity) == replace(PLAN, identity={"start": "abc", "spacing": [1.0, 1.0, 1.0]})
    with pytest.raises(ValueError, match=r"holds another fine-tuning \(start differ\): name another folder"):
        load_plan(tmp_path, {**PLAN.identity, "start": "xyz"})
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(ValueError, match=r"plan.json: is no plan of a fine-tuning"):
        load_plan(tmp_path, PLAN.identity)
