"""Start-up: processes are timed, and one that fails is named."""

import pytest

from benchmarks.speed.network_tables import table_of_startup
from benchmarks.speed.settings import Settings
from benchmarks.speed.startup import StartResult, measure_startup
from ctc_submission.network.execution import Execution


def make_settings(models, tmp_path):
    (tmp_path / "masks").mkdir()
    return Settings(models, tmp_path, tmp_path / "masks", 1, same_masks=False, quick=True, default=Execution("cpu"))


@pytest.mark.slow
def test_first_and_later_runs_are_timed(models, tmp_path):
    results = measure_startup(make_settings(models, tmp_path))
    assert [result.what for result in results if "," in result.what][1::2] == [
        "segment, B5, later runs",
        "segment, Lite0, later runs",
    ]
    assert sum("--help" in result.what for result in results) == 2
    assert sum("nowhere" in result.what for result in results) == 3
    assert min(result.seconds for result in results) > 0


def test_a_process_that_fails_is_named(models, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(ValueError, match="segment: the process that is timed ended with 1"):
        measure_startup(make_settings(models, tmp_path))


def test_the_table_tells_seconds():
    assert "| segment --help | 0.46 |" in table_of_startup([StartResult("segment --help", 0.456)])
