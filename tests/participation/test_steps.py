from dataclasses import replace

import pytest

from ctc_submission.participation.steps import Step, StepLog


@pytest.fixture
def steps(tmp_path):
    return [Step("a", "first", (("x", "1"),), (tmp_path / "a.txt",)), Step("b", "second"), Step("c", "third")]


@pytest.fixture
def progress(tmp_path, steps):
    """All steps done."""
    (tmp_path / "a.txt").touch()
    progress = StepLog(tmp_path / "steps", steps)
    for step in steps:
        progress.begin(step)
        progress.end(step)
    return progress


def test_what_was_done_is_known_in_another_run(progress, steps):
    again = StepLog(progress.folder, steps)
    assert all(map(again.is_done, steps))


def test_nothing_is_done_at_first(tmp_path, steps):
    assert not any(map(StepLog(tmp_path / "steps", steps).is_done, steps))


def test_what_comes_after_a_step_that_is_run_is_no_longer_done(progress, steps):
    progress.begin(steps[1])
    assert list(map(progress.is_done, steps)) == [True, False, False]


def test_other_commands_or_missing_results_are_not_done(progress, steps, tmp_path):
    assert not progress.is_done(replace(steps[0], commands=(("x", "2"),)))
    (tmp_path / "a.txt").unlink()
    assert not progress.is_done(steps[0])


def test_a_damaged_note_is_none(progress, steps):
    (progress.folder / "b.json").write_text("{")
    assert not progress.is_done(steps[1])
