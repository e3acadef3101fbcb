"""What is written while a training runs."""

import csv
import sys
from dataclasses import asdict

import cv2
import pytest

from ctc_submission.training.epoch_results import EpochResult
from ctc_submission.training.watching import Watch, Watcher

RESULTS = [EpochResult(1, 0.5, 0.4, 0.8, 1e-3, 9.5), EpochResult(2, 0.25, 0.2, 0.9, 1e-3, 8.0)]


def test_table_has_a_row_an_epoch(tmp_path, untrained, discs):
    watcher = Watcher(tmp_path, Watch(pictures=0), discs, 0)
    for done in (1, 2):
        watcher.write(RESULTS[:done], untrained)
        with (tmp_path / "log.csv").open(newline="") as file:
            rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
        assert rows == [asdict(row) for row in RESULTS[:done]]
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


def test_picture_an_epoch(tmp_path, untrained, discs):
    watcher = Watcher(tmp_path, Watch(pictures=2), discs, 1)
    watcher.write(RESULTS, untrained.eval())
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["epoch_002.png"]


def test_curves_of_all_epochs_so_far(tmp_path, untrained, discs):
    watcher = Watcher(tmp_path, Watch(pictures=1), discs, 0)
    pictures = []
    for done in (1, 2):
        watcher.write(RESULTS[:done], untrained.eval())
        pictures.append(cv2.imread(str(tmp_path / "curves.png")))
    assert pictures[0].shape == pictures[1].shape
    assert (pictures[0] != pictures[1]).any()


def test_curves_for_tensorboard(tmp_path, untrained, discs):
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    watcher = Watcher(tmp_path, Watch(0, tensorboard=True), discs, 0)
    for done in (1, 2):
        watcher.write(RESULTS[:done], untrained)
    watcher.writer.close()
    events = accumulators.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    curve = [(event.step, event.value) for event in events.Scalars("validation_loss")]
    assert curve == [(1, pytest.approx(0.4)), (2, pytest.approx(0.2))]


def test_tensorboard_that_is_not_installed(tmp_path, discs, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ValueError, match="TensorBoard is not installed .*: pip install tensorboard"):
        Watcher(tmp_path, Watch(0, tensorboard=True), discs, 0)


def test_impossible_number_of_pictures():
    with pytest.raises(ValueError, match="pictures is -1, expected 0 or more"):
        Watch(pictures=-1)
