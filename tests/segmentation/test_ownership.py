"""Results of something else: never replaced, never counted, never taken for finished."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running import tasks
from ctc_submission.segmentation.running.shards import Shard
from ctc_submission.segmentation.segmenter import Segmenter

CPU = Execution(device="cpu", runtime="torch")


@pytest.fixture
def labeled(monkeypatch) -> list[str]:
    """Note every frame that is computed, by the name of its mask."""
    seen = []
    finish = tasks.write_mask

    def note(path, labels, *, ndim, dtype):
        seen.append(path.name)
        finish(path, labels, ndim=ndim, dtype=dtype)

    monkeypatch.setattr(tasks, "write_mask", note)
    return seen


@pytest.fixture
def other(sequence, tmp_path) -> Path:
    """Another recording: the frames turned round."""
    folder = tmp_path / "other" / "01"
    folder.mkdir(parents=True)
    for path in sorted(sequence.iterdir()):
        write_frame(folder / path.name, read_frame(path)[:, ::-1])
    return folder


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def replace_unnoticed(path: Path, by: Path) -> None:
    """Replace a file as ``cp -p`` and ``unzip`` may: by one of the same size and time."""
    status, content = path.stat(), by.read_bytes()
    path.write_bytes(content[: status.st_size].ljust(status.st_size, b"\0"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


def test_another_file_has_a_mask_of_its_own(configuration, sequence, tmp_path, labeled):
    shutil.copy(sequence / "t000.tif", tmp_path / "A.tif")
    shutil.copy(sequence / "t001.tif", tmp_path / "B.tif")
    for name in ("A.tif", "B.tif", "A.tif"):
        segment_sequence(tmp_path / name, tmp_path / "masks", configuration, CPU)
    assert labeled == ["A_mask.tif", "B_mask.tif"]
    assert list(json.loads((tmp_path / "masks.json").read_text())["frames"]) == ["A.tif", "B.tif"]


def test_another_file_of_the_same_name_does_not_replace_the_mask_of_the_first(configuration, sequence, tmp_path):
    first, second, results = tmp_path / "1" / "A.tif", tmp_path / "2" / "A.tif", tmp_path / "masks"
    for number, path in enumerate((first, second)):
        path.parent.mkdir()
        shutil.copy(sequence / f"t00{number}.tif", path)
    segment_sequence(first, results, configuration, CPU)
    before = read_all(results)
    with pytest.raises(ValueError, match=r"masks: holds masks of another recording .*A_mask\.tif is of .*/1/A\.tif;"):
        segment_sequence(second, results, configuration, CPU)
    assert read_all(results) == before
    manifest = segment_sequence(second, results, configuration, CPU, overwrite=True)
    assert len(manifest.finished) == 1
    assert read_all(results) != before


@pytest.mark.parametrize("numbers", [(0, 1, 2), (3, 4, 5)], ids=["same", "others"])
def test_another_folder_does_not_mix_its_masks_with_the_first(configuration, sequence, other, tmp_path, numbers):
    for path, number in reversed(list(zip(sorted(other.iterdir()), numbers, strict=True))):
        path.rename(other / f"t{number:03d}.tif")
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    before = read_all(tmp_path / "masks")
    with pytest.raises(ValueError, match=r"masks of another recording .*Fluo-N3DL-TRIC/01/t000\.tif; .*--overwrite"):
        segment_sequence(other, tmp_path / "masks", configuration, CPU)
    assert read_all(tmp_path / "masks") == before


def test_an_overwriting_run_that_was_stopped_goes_on_without_the_option(configuration, sequence, other, tmp_path):
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    (other / "t002.tif").unlink()
    segment_sequence(other, tmp_path / "masks", configuration, CPU, overwrite=True)
    (tmp_path / "masks" / "mask001.tif").unlink()
    manifest = segment_sequence(other, tmp_path / "masks", configuration, CPU)
    assert list(manifest.masks) == ["mask000.tif", "mask001.tif"]


def test_files_of_one_folder_may_be_segmented_one_by_one(configuration, sequence, tmp_path, labeled):
    for number in range(3):
        manifest = segment_sequence(sequence / f"t{number:03d}.tif", tmp_path / "masks", configuration, CPU)
        assert len(manifest.finished) == 1
    assert len(segment_sequence(sequence, tmp_path / "masks", configuration, CPU).finished) == 3
    assert len(labeled) == 3


def test_a_recording_that_was_moved_is_the_same(configuration, sequence, tmp_path, labeled, caplog):
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    moved = sequence.rename(tmp_path / "elsewhere")
    (moved / "t002.tif").unlink()
    segment_sequence(moved, tmp_path / "masks", configuration, CPU)
    assert len(labeled) == 3
    assert "2 of 2 masks are finished already" in caplog.text
    assert "mask002.tif is of " in caplog.text


def test_a_recording_with_one_frame_in_common_is_another(configuration, sequence, other, tmp_path):
    shutil.copy(sequence / "t000.tif", other / "t000.tif")
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    with pytest.raises(ValueError, match="masks of another recording"):
        segment_sequence(other, tmp_path / "masks", configuration, CPU)


def test_a_frame_replaced_by_one_of_equal_size_and_time_is_segmented_again(configuration, sequence, tmp_path, labeled):
    for path in sequence.iterdir():
        write_frame(path, read_frame(path))
    padded = max(path.stat().st_size for path in sequence.iterdir())
    for path in sequence.iterdir():
        path.write_bytes(path.read_bytes().ljust(padded, b"\0"))
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    replace_unnoticed(sequence / "t001.tif", sequence / "t002.tif")
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    assert labeled[3:] == ["mask001.tif"]
    masks = read_all(tmp_path / "masks")
    assert masks["mask001.tif"] == masks["mask002.tif"]


def test_a_frame_replaced_while_it_is_segmented_is_named_and_not_finished(
    configuration, sequence, tmp_path, monkeypatch
):
    label = Segmenter.label

    def replace_and_label(self, *found):
        replace_unnoticed(sequence / "t000.tif", sequence / "t001.tif")
        return label(self, *found)

    with monkeypatch.context() as patch:
        patch.setattr(Segmenter, "label", replace_and_label)
        with pytest.raises(ValueError, match=r"1 of 1 frames .*t000\.tif' changed while it was segmented"):
            segment_sequence(sequence / "t000.tif", tmp_path / "masks", configuration, CPU)
    assert read_all(tmp_path / "masks") == {}
    assert json.loads((tmp_path / "masks.json").read_text())["frames"] == {}


@pytest.mark.parametrize("content", [b"", b"garbage", None], ids=["empty", "garbage", "another"])
def test_a_mask_that_was_damaged_or_replaced_is_made_again(configuration, sequence, tmp_path, labeled, content):
    results = tmp_path / "masks"
    segment_sequence(sequence, results, configuration, CPU)
    before = read_all(results)
    (results / "mask001.tif").write_bytes(before["mask000.tif"] if content is None else content)
    segment_sequence(sequence, results, configuration, CPU)
    assert read_all(results) == before
    assert labeled[3:] == ["mask001.tif"]


def test_the_mask_of_a_removed_frame_is_named_and_not_counted(configuration, sequence, tmp_path, caplog):
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    (sequence / "t002.tif").unlink()
    for _ in range(2):
        caplog.clear()
        manifest = segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
        assert len(manifest.finished) == 2
        assert "not counted: mask002.tif is of " in caplog.text
        assert list(json.loads((tmp_path / "masks.json").read_text())["frames"]) == ["t000.tif", "t001.tif"]
    assert (tmp_path / "masks" / "mask002.tif").is_file()
    (tmp_path / "masks" / "mask002.tif").unlink()
    caplog.clear()
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    assert "mask002.tif" not in caplog.text


def test_a_mask_laid_there_by_hand_is_not_replaced(configuration, sequence, tmp_path):
    segment_sequence(sequence / "t000.tif", tmp_path / "masks", configuration, CPU)
    (tmp_path / "masks" / "mask001.tif").write_bytes(b"mine")
    with pytest.raises(ValueError, match=r"masks of unknown origin \(mask001\.tif\)"):
        segment_sequence(sequence, tmp_path / "masks", configuration, CPU)


def test_a_mask_written_before_a_run_was_killed_is_replaced(configuration, sequence, tmp_path, labeled):
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU, shard=Shard(1, 2))
    record = tmp_path / "masks.1-of-2.json"
    content = json.loads(record.read_text())
    record.write_text(json.dumps({**content, "frames": {}}))
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    assert len(labeled) == 5


@pytest.fixture
def earlier(configuration, sequence, tmp_path) -> Path:
    """The record of an earlier version, which knows frames by size and time."""
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    record = json.loads((tmp_path / "masks.json").read_text())
    del record["masks"]
    for name in record["frames"]:
        status = (sequence / name).stat()
        entry = {"fingerprint": [status.st_size, status.st_mtime_ns], "cells": 1, "seconds": 1.0}
        record["frames"][name] = entry
    (tmp_path / "masks.json").write_text(json.dumps(record))
    return tmp_path / "masks.json"


def test_masks_of_an_earlier_version_are_made_again(configuration, sequence, tmp_path, earlier, labeled):
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    assert len(labeled) == 3
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    assert len(labeled) == 3


def test_masks_of_an_earlier_version_that_fit_no_frame_are_not_touched(configuration, other, tmp_path, earlier):
    before = read_all(tmp_path / "masks")
    with pytest.raises(ValueError, match=r"masks of an unknown recording \(masks\.json, of an earlier version\)"):
        segment_sequence(other, tmp_path / "masks", configuration, CPU)
    assert read_all(tmp_path / "masks") == before


def test_masks_made_otherwise_are_refused_with_the_values_that_differ(configuration, sequence, tmp_path):
    segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
    changed = replace(configuration, labeling=LabelingParameters(method="components", foreground_threshold=0.2))
    with pytest.raises(ValueError, match=r"foreground_threshold 0\.5477 there, 0\.2 now"):
        segment_sequence(sequence, tmp_path / "masks", changed, CPU)


@pytest.mark.parametrize("record", ["[]", '{"frames": {"t000.tif": {}}}', '{"masks": 3}', "[" * 100_000])
def test_a_record_that_is_none_is_named(configuration, sequence, tmp_path, record):
    (tmp_path / "masks.json").write_text(record)
    with pytest.raises(ValueError, match=r"masks\.json: not a readable run record .*move it away"):
        segment_sequence(sequence, tmp_path / "masks", configuration, CPU)
