"""Datasets: which frames are trained on and tested on, and what is taught of touching cells."""

import pytest

from benchmarks.paper.task import find_task


def frames(sources):
    return {source.sequence: sorted(source.frames) for source in sources}


def test_one_cell_is_split_by_frame(data):
    training, tested = find_task(data).split(data)
    assert (frames(training), frames(tested)) == ({"01": [0], "02": [0]}, {"01": [1], "02": [1]})


def test_nuclei_are_split_by_sequence(embryos):
    task = find_task(embryos)
    assert task.labeling.method == "distance"
    assert task.gap
    training, tested = task.split(embryos)
    assert (frames(training), frames(tested)) == ({"01": [0]}, {"05": [0], "10": [0]})


def test_other_sequences_are_tested_on_where_asked(embryos):
    training, tested = find_task(embryos).split(embryos, ["01"])
    assert (frames(training), frames(tested)) == ({"05": [0], "10": [0]}, {"01": [0]})


def test_few_frames_are_spread_evenly(data):
    training, tested = find_task(data).split(data, ["02"], 1)
    assert (frames(training), frames(tested)) == ({"01": [0, 1]}, {"02": [1]})


def test_nothing_left_to_train_on_is_refused(embryos):
    with pytest.raises(ValueError, match="01, 05, 10 are to be tested on, and no other is annotated"):
        find_task(embryos).split(embryos, ["01", "05", "10"])


def test_sequence_that_is_none_is_named(embryos):
    with pytest.raises(FileNotFoundError, match="there is no folder 07_GT"):
        find_task(embryos).split(embryos, ["07"])


def test_unknown_dataset_and_empty_folder_are_named(tmp_path):
    with pytest.raises(ValueError, match="a dataset 'embryos', expected a folder named Fluo-C3DH-A549-SIM"):
        find_task(tmp_path / "embryos")
    with pytest.raises(FileNotFoundError, match="no annotated sequences"):
        find_task(tmp_path / "bbbc050-train").split(tmp_path)
