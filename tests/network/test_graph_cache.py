"""Kept graphs: read when they are whole, said to be damaged otherwise, and no more of them than the limits allow."""

import os
from pathlib import Path

import pytest

from ctc_submission.network import graph_cache
from ctc_submission.network.graph_cache import cache_folder, keep_graph, read_graph

NAMES = [f"{number:032x}" for number in range(5)]


def save(path: Path) -> None:
    path.write_text("<net/>")
    path.with_suffix(".bin").write_bytes(b"weights")


def read(path: Path) -> bytes:
    return path.read_bytes() + path.with_suffix(".bin").read_bytes()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "cache" / f"{NAMES[0]}.xml"
    keep_graph(path, save, read)
    return path


def names(kept: Path) -> set[str]:
    return {path.stem for path in kept.parent.iterdir()}


def test_what_was_kept_is_read(kept, caplog):
    assert read_graph(kept, read) == b"<net/>weights"
    assert sorted(path.suffix for path in kept.parent.iterdir()) == [".bin", ".sha256", ".xml"]
    assert not caplog.text


def test_what_was_never_kept_is_none(tmp_path, caplog):
    assert read_graph(tmp_path / "none.xml", read) is None
    assert not caplog.text


@pytest.mark.parametrize("content", [b"", b"weight", b"weighty"])
@pytest.mark.parametrize("suffix", [".xml", ".bin", ".sha256"])
def test_a_damaged_graph_is_said_to_be_and_replaced(kept, suffix, content, caplog):
    kept.with_suffix(suffix).write_bytes(content)
    assert read_graph(kept, read) is None
    assert "is damaged" in caplog.text
    keep_graph(kept, save, read)
    assert read_graph(kept, read) == b"<net/>weights"


def test_a_graph_that_openvino_cannot_read_is_damaged(kept, caplog):
    def fail(path: Path) -> None:
        raise RuntimeError("is_valid_weights_range\nfailed")

    assert read_graph(kept, fail) is None
    assert "damaged (is_valid_weights_range failed)" in caplog.text


def test_a_missing_part_or_a_folder_in_its_stead(kept, caplog):
    kept.with_suffix(".bin").unlink()
    kept.with_suffix(".bin").mkdir()
    assert read_graph(kept, read) is None
    keep_graph(kept, save, read)
    assert "cannot be kept" in caplog.text
    assert read_graph(kept, read) is None


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, caplog):
    def fill(path: Path) -> None:
        path.write_text("<ne")
        raise RuntimeError("basic_ios::clear: iostream error")

    keep_graph(tmp_path / f"{NAMES[0]}.xml", fill, read)
    assert "cannot be kept (basic_ios::clear: iostream error): free some space" in caplog.text
    assert not list(tmp_path.iterdir())


def test_a_full_disk_that_the_writer_did_not_notice(tmp_path, caplog):
    keep_graph(tmp_path / f"{NAMES[0]}.xml", lambda path: path.touch(), read)
    assert "cannot be kept" in caplog.text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("limit", "value"), [("MOST_GRAPHS", 2), ("MOST_BYTES", 2 * (64 + 13))])
def test_the_graphs_unused_for_longest_make_room(kept, limit, value, monkeypatch):
    stranger = kept.parent / "notes.xml"
    stranger.touch()
    for age, name in enumerate(NAMES[1:4]):
        keep_graph(kept.with_name(f"{name}.xml"), save, read)
        for file in kept.parent.glob(f"{name}.*"):
            os.utime(file, (1000 + age, 1000 + age))
    for file in kept.parent.glob(f"{NAMES[0]}.*"):
        os.utime(file, (1, 1))
    assert read_graph(kept, read)  # used again, so it stays
    monkeypatch.setattr(graph_cache, limit, value)
    keep_graph(kept.with_name(f"{NAMES[4]}.xml"), save, read)
    assert names(kept) == {NAMES[0], NAMES[4], "notes"}


def test_what_killed_runs_left_is_removed_after_a_day(kept):
    for name, age in (("converting-old", 1e6), ("converting-new", 60)):
        folder = kept.parent / name
        folder.mkdir()
        now = kept.stat().st_mtime
        os.utime(folder, (now - age, now - age))
    keep_graph(kept, save, read)
    assert {"converting-new"} == {path.name for path in kept.parent.iterdir() if path.is_dir()}


def test_it_is_the_users_folder_unless_another_is_named(monkeypatch, tmp_path):
    assert cache_folder() == Path(os.environ["CTC_SUBMISSION_CACHE"])
    monkeypatch.delenv("CTC_SUBMISSION_CACHE")
    monkeypatch.setattr(graph_cache, "user_cache_path", lambda name, appauthor: tmp_path / name)
    assert cache_folder() == tmp_path / "ctc-submission"


def test_a_folder_that_cannot_be_made(tmp_path, caplog):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "cache" / f"{NAMES[0]}.xml"
    assert read_graph(path, read) is None
    keep_graph(path, save, read)
    assert "cannot be kept" in caplog.text
