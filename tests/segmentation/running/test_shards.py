import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running.shards import WHOLE, Shard, parse_shard
from ctc_submission.segmentation.segmenter import Segmenter
from tests.conftest import PARAMETERS

CPU = Execution(device="cpu", runtime="torch")


@pytest.fixture
def other(configuration) -> Configuration:
    return replace(configuration, labeling=LabelingParameters(method="single"))


@pytest.fixture
def labeled(monkeypatch) -> list[str]:
    """Note every frame that is computed."""
    seen = []
    label = Segmenter.label

    def note(self, *found):
        seen.append("labeled")
        return label(self, *found)

    monkeypatch.setattr(Segmenter, "label", note)
    return seen


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def frames_of(record: Path) -> list[str]:
    return list(json.loads(record.read_text())["frames"])


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_all_shares_together_are_the_whole(count):
    items = list(range(5))
    shares = [list(Shard(number, count).select(items)) for number in range(1, count + 1)]
    assert sorted(itertools.chain(*shares)) == items
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_share_is_read_from_text():
    assert parse_shard("2/3") == Shard(2, 3)
    assert parse_shard("1/1") == WHOLE


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/0", "3", "a/b", "1/2/3", "-1/2"])
def test_other_shares_are_refused(text):
    with pytest.raises(ValueError, match=r"expected I/N with I from 1 to N"):
        parse_shard(text)


def test_shards_give_the_masks_and_a_last_call_the_record_of_one_run(configuration, sequence, tmp_path, labeled):
    whole, results = tmp_path / "whole", tmp_path / "res"
    segment_sequence(sequence, whole, configuration, CPU)
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(2, 2))
    assert list(read_all(results)) == ["mask001.tif"]
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 2))
    assert frames_of(tmp_path / "res.2-of-2.json") == ["t001.tif"]
    assert frames_of(tmp_path / "res.1-of-2.json") == ["t000.tif", "t002.tif"]
    assert read_all(results) == read_all(whole)
    assert not (tmp_path / "res.json").exists()
    assert len(labeled) == 6
    merged = segment_sequence(sequence, results, configuration, CPU)
    assert len(labeled) == 6
    assert frames_of(tmp_path / "res.json") == list(merged.frames) == ["t000.tif", "t001.tif", "t002.tif"]
    assert json.loads((tmp_path / "res.json").read_text())["parameters"] == PARAMETERS


def test_a_shard_goes_on_where_it_or_a_run_of_other_shards_was(configuration, sequence, tmp_path, labeled):
    results = tmp_path / "res"
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 3))
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 3))
    assert len(labeled) == 1
    manifest = segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 2))
    assert len(labeled) == 2
    assert sorted(manifest.frames) == ["t000.tif", "t002.tif"]


def test_what_a_shard_knows_of_a_frame_that_changed_since_does_not_count(configuration, sequence, tmp_path, labeled):
    results = tmp_path / "res"
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 3))
    (sequence / "t000.tif").write_bytes((sequence / "t001.tif").read_bytes())
    segment_sequence(sequence, results, configuration, CPU)
    assert len(labeled) == 4
    segment_sequence(sequence, results, configuration, CPU)
    assert len(labeled) == 4


def test_a_shard_does_not_touch_masks_of_another_configuration(configuration, other, sequence, tmp_path):
    results = tmp_path / "res"
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 3))
    before = read_all(results)
    for shard in (Shard(2, 3), WHOLE):
        with pytest.raises(ValueError, match=r"made with another configuration \(res\.1-of-3\.json\)"):
            segment_sequence(sequence, results, other, CPU, shard=shard)
    assert read_all(results) == before


def test_masks_that_were_overwritten_count_as_finished_by_nobody(configuration, other, sequence, tmp_path):
    results = tmp_path / "res"
    segment_sequence(sequence, tmp_path / "whole", configuration, CPU)
    segment_sequence(sequence, results, configuration, CPU, shard=Shard(1, 3))
    segment_sequence(sequence, results, configuration, CPU)
    segment_sequence(sequence, results, other, CPU, shard=Shard(1, 3), overwrite=True)
    assert frames_of(tmp_path / "res.json") == []
    segment_sequence(sequence, results, configuration, CPU, overwrite=True)
    assert read_all(results) == read_all(tmp_path / "whole")


def test_a_share_without_frames_is_finished_at_once(configuration, sequence, tmp_path):
    manifest = segment_sequence(sequence, tmp_path / "res", configuration, CPU, shard=Shard(5, 5))
    assert manifest.frames == {}
    assert not list((tmp_path / "res").iterdir())


def test_a_damaged_record_of_another_shard_is_named(configuration, sequence, tmp_path):
    (tmp_path / "res.2-of-3.json").write_text("{")
    with pytest.raises(ValueError, match=r"res\.2-of-3\.json: not a readable run record"):
        segment_sequence(sequence, tmp_path / "res", configuration, CPU, shard=Shard(1, 3))
