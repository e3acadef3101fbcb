"""The record of a run where the folder above the masks cannot be written to."""

import errno
import os
from pathlib import Path

import pytest

import ctc_submission.atomic
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running.shards import Shard

CPU = Execution(device="cpu", runtime="torch")


@pytest.fixture
def read_only(monkeypatch) -> set[Path]:
    """Folders that files cannot be made in."""
    folders: set[Path] = set()
    real = ctc_submission.atomic._open_temporary

    def refuse(path):
        if path.parent in folders:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path)

    monkeypatch.setattr(ctc_submission.atomic, "_open_temporary", refuse)
    return folders


@pytest.fixture
def state(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ctc-submission" / "records"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_read_only_parent_sends_the_record_to_the_user_s_state(
    configuration, sequence, tmp_path, read_only, state, caplog
):
    results = tmp_path / "mounted" / "masks"
    read_only.add(results.parent)
    manifest = segment_sequence(sequence, results, configuration, CPU)
    assert manifest.path.parent == state
    assert f"{results}: the record of the run lies in {state}" in caplog.text
    assert names(results) == ["mask000.tif", "mask001.tif", "mask002.tif"]
    assert names(results.parent) == ["masks"]
    segment_sequence(sequence, results, configuration, CPU)
    assert "3 of 3 masks are finished already" in caplog.text


def test_shards_beside_a_read_only_parent_find_each_other(configuration, sequence, tmp_path, read_only, state, caplog):
    results = tmp_path / "mounted" / "masks"
    read_only.add(results.parent)
    for number in (1, 2):
        segment_sequence(sequence, results, configuration, CPU, shard=Shard(number, 2))
    segment_sequence(sequence, results, configuration, CPU)
    assert "3 of 3 masks are finished already" in caplog.text


def test_where_nothing_else_can_be_written_the_record_is_hidden_among_the_masks(
    configuration, sequence, tmp_path, read_only, state, caplog
):
    results = tmp_path / "mounted" / "masks"
    read_only.update({results.parent, state})
    segment_sequence(sequence, results, configuration, CPU)
    assert names(results)[0] == ".masks.json"
    read_only.clear()
    segment_sequence(sequence, results, configuration, CPU)
    assert "3 of 3 masks are finished already" in caplog.text


@pytest.mark.parametrize("name", [".", ".."])
def test_results_go_to_the_folder_one_stands_in_or_the_one_above(configuration, sequence, tmp_path, monkeypatch, name):
    here = tmp_path / "results" / "here"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    manifest = segment_sequence(sequence / "t000.tif", Path(name), configuration, CPU)
    results = (here / name).resolve()
    assert manifest.path == results.with_name(f"{results.name}.json")
    assert (results / "mask000.tif").is_file()
    again = segment_sequence(sequence / "t000.tif", results, configuration, CPU)
    assert again.path == manifest.path
