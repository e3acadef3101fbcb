import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ctc_submission.atomic import replacing, write_text_atomic


def test_text_is_written_as_it_is(tmp_path):
    write_text_atomic(tmp_path / "man_track.txt", "1 0 5 0\nµ\r\n")
    assert (tmp_path / "man_track.txt").read_bytes() == b"1 0 5 0\n\xc2\xb5\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["man_track.txt"]


def test_libraries_find_the_name_of_the_file(tmp_path):
    with replacing(tmp_path / "log.txt") as file:
        assert Path(file.name) == tmp_path / ".log.txt.part"


def test_an_older_file_is_replaced(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("a much longer text than before")
    write_text_atomic(str(path), "new")
    assert path.read_text() == "new"


def test_nothing_has_the_name_before_all_is_written(tmp_path):
    path = tmp_path / "mask000.tif"
    with replacing(path) as file:
        file.write(b"half")
        assert [entry.name for entry in tmp_path.iterdir()] == [".mask000.tif.part"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["mask000.tif"]


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "mask000.tif"
    with replacing(path) as first:
        first.write(b"first")
        with replacing(path) as second:
            second.write(b"second")
            assert len(list(tmp_path.iterdir())) == 2
        assert path.read_bytes() == b"second"
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("mask000.tif", b"first")]


def test_many_writers_of_one_file_leave_one_whole_file(tmp_path):
    path = tmp_path / "log.txt"
    texts = [str(number) * 5000 for number in range(8)]
    with ThreadPoolExecutor(8) as executor:
        for _ in executor.map(write_text_atomic, [path] * 200, texts * 25):
            assert path.read_text() in texts
    assert [entry.name for entry in tmp_path.iterdir()] == ["log.txt"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError, MemoryError])
def test_an_interrupted_write_leaves_the_older_file(tmp_path, interruption):
    path = tmp_path / "mask000.tif"
    path.write_bytes(b"old")

    def write_half():
        with replacing(path) as file:
            file.write(b"half")
            raise interruption

    with pytest.raises(interruption):
        write_half()
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("mask000.tif", b"old")]


def test_what_a_killed_run_left_is_no_hindrance(tmp_path):
    (tmp_path / ".log.txt.part").write_text("left by a run that was killed, and longer")
    write_text_atomic(tmp_path / "log.txt", "new")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("log.txt", "new")]


def link_softly(part: Path, victim: Path) -> None:
    part.symlink_to(victim)


def link_hard(part: Path, victim: Path) -> None:
    part.hardlink_to(victim)


def put_a_pipe(part: Path, victim: Path) -> None:
    os.mkfifo(part)


def put_a_folder(part: Path, victim: Path) -> None:
    part.mkdir()


def put_a_closed_file(part: Path, victim: Path) -> None:
    part.touch(mode=0)


@pytest.mark.parametrize("plant", [link_softly, link_hard, put_a_pipe, put_a_folder, put_a_closed_file])
def test_what_others_put_in_place_of_the_temporary_file_is_left_alone(tmp_path, plant):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "results").mkdir()
    plant(tmp_path / "results" / ".log.txt.part", victim)
    write_text_atomic(tmp_path / "results" / "log.txt", "new")
    assert victim.read_text() == "precious"
    assert (tmp_path / "results" / "log.txt").read_text() == "new"
    assert len(list((tmp_path / "results").iterdir())) == (1 if plant is put_a_closed_file and os.getuid() == 0 else 2)


def test_a_dangling_link_is_not_followed(tmp_path):
    (tmp_path / ".log.txt.part").symlink_to(tmp_path / "made")
    write_text_atomic(tmp_path / "log.txt", "new")
    assert not (tmp_path / "made").exists()


def test_a_failure_does_not_remove_the_file_of_another_writer(tmp_path):
    part = tmp_path / ".log.txt.part"

    def fail():
        with replacing(tmp_path / "log.txt"):
            part.unlink()
            part.write_text("another's")
            raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        fail()
    assert part.read_text() == "another's"


def test_where_there_are_no_locks_writers_have_names_of_their_own(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr("ctc_submission.atomic.fcntl.flock", refuse)
    with replacing(tmp_path / "log.txt") as first:
        first.write(b"first")
        with replacing(tmp_path / "log.txt") as second:
            second.write(b"second")
        assert (tmp_path / "log.txt").read_bytes() == b"second"
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("log.txt", b"first")]


@pytest.mark.parametrize(
    ("owner", "function", "code", "named"),
    [
        (os, "fsync", errno.ENOSPC, "free some space"),
        (os, "fsync", errno.EDQUOT, "quota"),
        (os, "fsync", errno.EIO, "check the disk"),
        (Path, "replace", errno.EACCES, "choose a folder that you may write to"),
        (Path, "replace", errno.EROFS, "read-only"),
    ],
)
def test_a_failure_names_file_and_way_out_and_leaves_the_older_file(
    tmp_path, monkeypatch, owner, function, code, named
):
    path = tmp_path / "mask000.tif"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(owner, function, fail)
    with pytest.raises(OSError, match=f"cannot write '{path}' .*{named}") as raised:
        write_text_atomic(path, "new")
    assert raised.value.errno == code
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("mask000.tif", b"old")]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="make its folder first"):
        write_text_atomic(tmp_path / "01_RES" / "log.txt", "new")


def test_a_path_through_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="does not lead through a file"):
        write_text_atomic(tmp_path / "file" / "log.txt", "new")


def test_a_folder_of_that_name_stays(tmp_path):
    (tmp_path / "log.txt").mkdir()
    with pytest.raises(IsADirectoryError, match="this is a folder"):
        write_text_atomic(tmp_path / "log.txt", "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["log.txt"]
