"""The record of a run where the folder above the masks cannot be written to."""

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ctc_submission.atomic
from ctc_submission.challenge.files import FrameFile, find_frames
from ctc_submission.challenge.run_record import FinishedFrame, read_run_record
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.manifest import open_manifest
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


def test_runs_of_single_files_beside_each_other_keep_what_the_other_records(configuration, sequence, tmp_path, caplog):
    results = tmp_path / "masks"
    frames = find_frames(sequence)
    done = {}
    for frame in frames:
        segment_sequence(frame.path, tmp_path / "apart" / frame.path.stem, configuration, CPU)
        (done[frame.number],) = json.loads((tmp_path / "apart" / f"{frame.path.stem}.json").read_text())[
            "frames"
        ].values()
    results.mkdir()
    runs = [open_manifest(results, {"version": "1"}, {}, [frame]) for frame in frames]
    for frame, manifest in zip(frames, runs, strict=True):
        mask = tmp_path / "apart" / frame.path.stem / frame.mask_name
        (results / frame.mask_name).write_bytes(mask.read_bytes())
        manifest.note(frame, FinishedFrame(**done[frame.number]))
    record = read_run_record(tmp_path / "masks.json")
    assert set(record.frames) == {"t000.tif", "t001.tif", "t002.tif"}
    assert set(record.masks) == {"mask000.tif", "mask001.tif", "mask002.tif"}
    again = open_manifest(results, {"version": "1"}, {}, frames)
    assert all(again.is_finished(frame) for frame in frames)


def test_what_a_run_dropped_does_not_come_back_from_the_old_record(configuration, sequence, tmp_path):
    results = tmp_path / "masks"
    segment_sequence(sequence, results, configuration, CPU)
    (results / "mask001.tif").write_bytes(b"damaged")
    frames = find_frames(sequence)
    made_by = read_run_record(tmp_path / "masks.json").made_by
    manifest = open_manifest(results, made_by, {}, frames)
    assert [manifest.is_finished(frame) for frame in frames] == [True, False, True]
    manifest.write()
    assert set(read_run_record(tmp_path / "masks.json").frames) == {"t000.tif", "t002.tif"}


def test_processes_that_write_a_record_at_once_lose_nothing(tmp_path):
    results = tmp_path / "masks"
    results.mkdir()
    frames = [FrameFile(tmp_path / f"t{number:03d}.tif", number, 3) for number in range(40)]
    manifests = [open_manifest(results, {"version": "1"}, {}, [frame]) for frame in frames]
    with ThreadPoolExecutor(8) as executor:
        done = [FinishedFrame("a", frame.mask_name, "b", 1, 1.0) for frame in frames]
        list(executor.map(lambda three: three[0].note(three[1], three[2]), zip(manifests, frames, done, strict=True)))
    assert len(read_run_record(tmp_path / "masks.json").frames) == 40
