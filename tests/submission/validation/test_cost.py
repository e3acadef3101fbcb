import shutil

import pytest

from ctc_submission.challenge.run_record import find_record
from ctc_submission.submission.findings import Severity
from ctc_submission.submission.validation import cost
from ctc_submission.submission.validation.cost import check_cost
from ctc_submission.submission.validation.result_folder import open_results


@pytest.mark.parametrize(("limit", "severity"), [(700e6, Severity.ERROR), (900e6, Severity.NOTE)])
def test_memory_is_held_against_the_limit(world, monkeypatch, limit, severity):
    monkeypatch.setattr(cost, "MEMORY", limit)
    results = open_results(world.results, world.dataset_dir / "01", "Fluo-C3DL-MDA231")
    _, memory = check_cost(results, find_record(world.results))
    assert (memory.severity, memory.finding.split(",")[0]) == (severity, "the run takes about 0.8 GB of memory")


def test_the_time_of_frames_still_to_come_is_extrapolated(world):
    world.write_record(seconds=10 * 3600)
    for number in (3, 4, 5, 6, 7, 8):
        shutil.copy(world.dataset_dir / "01" / "t000.tif", world.dataset_dir / "01" / f"t{number:03d}.tif")
    results = open_results(world.results, world.dataset_dir / "01", "Fluo-C3DL-MDA231")
    time, _ = check_cost(results, find_record(world.results))
    assert (time.severity, time.finding) == (Severity.ERROR, "9 frames took 3.8 days on cuda, more than 3.0 days")
