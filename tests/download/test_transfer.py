import resource
from dataclasses import replace

import pytest

from ctc_submission.download.remote import look_up
from ctc_submission.download.transfer import PartialFile, TransferParameters, fetch

QUICK = TransferParameters(attempts=3, pause=0, timeout=5)


@pytest.fixture
def content(shelf) -> bytes:
    return shelf.files[shelf.training]


@pytest.fixture
def partial(tmp_path) -> PartialFile:
    return PartialFile(tmp_path / ".archive.part")


def fetch_all(shelf, partial, parameters=QUICK) -> list[int]:
    """Fetch, and return the progress that was told."""
    told: list[int] = []
    fetch(look_up(shelf.url + shelf.training, 5), partial, parameters, told.append)
    return told


def test_a_whole_file_at_once(shelf, partial, content):
    told = fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content
    assert (told[0], told[-1]) == (0, len(content))
    assert shelf.gets == [None]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(shelf, partial, content):
    shelf.cut_after = 2**15
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content
    assert shelf.gets == [None, "bytes=32768-"]


def test_one_that_breaks_off_after_few_bytes_comes_to_an_end(shelf, partial, content):
    shelf.cut_after = 20_000
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content
    assert shelf.gets == [None, "bytes=16384-", "bytes=32768-", "bytes=49152-"]


def test_the_next_run_goes_on_too(shelf, partial, content):
    remote = look_up(shelf.url + shelf.training, 5)
    partial.begin(remote)
    partial.path.write_bytes(content[:33_333])
    assert partial.size_of(remote) == 33_333
    assert fetch_all(shelf, partial)[0] == 33_333
    assert partial.path.read_bytes() == content
    assert shelf.gets == ["bytes=33333-"]


def test_what_is_whole_is_not_asked_for(shelf, partial, content):
    fetch_all(shelf, partial)
    shelf.requests.clear()
    fetch_all(shelf, partial)
    assert shelf.gets == []


def test_a_server_that_knows_no_ranges_sends_all_again(shelf, partial, content):
    partial.begin(look_up(shelf.url + shelf.training, 5))
    partial.path.write_bytes(b"x" * 30_000)
    shelf.ranges = False
    assert fetch_all(shelf, partial)[0] == 0
    assert partial.path.read_bytes() == content


def test_one_that_breaks_off_and_knows_no_ranges_is_given_up(shelf, partial):
    shelf.ranges, shelf.cut_after = False, 2**15
    with pytest.raises(
        OSError, match="32768 bytes arrived, then 3 attempts brought nothing new: .*run the same command"
    ):
        fetch_all(shelf, partial)
    assert len(shelf.gets) == 4
    assert partial.path.stat().st_size == 2**15


def test_another_version_is_begun_anew(shelf, partial, content):
    shelf.tag = '"old"'
    partial.begin(look_up(shelf.url + shelf.training, 5))
    partial.path.write_bytes(b"x" * 30_000)
    shelf.tag = '"new"'
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content
    assert shelf.gets == [None]


def test_a_version_that_changes_on_the_way_is_begun_anew(shelf, partial, content):
    remote = replace(look_up(shelf.url + shelf.training, 5), version='"old"')
    partial.begin(remote)
    partial.path.write_bytes(b"x" * 30_000)
    shelf.tag = '"new"'
    fetch(remote, partial, QUICK, lambda position: None)
    assert partial.path.read_bytes() == content


@pytest.mark.parametrize("note", ["{", "{}", ""])
def test_what_nobody_knows_is_begun_anew(shelf, partial, content, note):
    partial.path.write_bytes(b"x" * 30_000)
    partial.note.write_text(note)
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content


def test_more_than_there_is_and_another_range_are_begun_anew(shelf, partial, content):
    remote = look_up(shelf.url + shelf.training, 5)
    partial.begin(remote)
    partial.path.write_bytes(b"x" * (len(content) + 1))
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content
    partial.path.write_bytes(b"x" * 10)
    shelf.content_range = "bytes 7-9/10"
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content


def test_a_busy_server_is_asked_again(shelf, partial, content):
    remote = look_up(shelf.url + shelf.training, 5)
    shelf.status = [503, 429]
    fetch(remote, partial, QUICK, lambda position: None)
    assert partial.path.read_bytes() == content


def test_a_file_that_is_gone_is_not_asked_for_again(shelf, partial):
    remote = look_up(shelf.url + shelf.training, 5)
    shelf.files.clear()
    with pytest.raises(FileNotFoundError, match="no such file"):
        fetch(remote, partial, QUICK, lambda position: None)
    assert len(shelf.gets) == 1


def test_a_server_that_tells_no_size(shelf, partial, content):
    shelf.length = False
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content


def test_a_full_disk_says_so_and_keeps_what_has_arrived(shelf, partial, content):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"cannot write '.*part' \(File too large\): free some space"):
            fetch_all(shelf, partial)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert partial.path.read_bytes() == content[:40_000]
    fetch_all(shelf, partial)
    assert partial.path.read_bytes() == content
    assert shelf.gets == [None, "bytes=40000-"]


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"pause": -1}, {"timeout": 0}])
def test_parameters_are_checked(wrong):
    with pytest.raises(ValueError, match="expected attempts of 1 or more"):
        TransferParameters(**wrong)


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_what_others_put_in_its_place_is_not_written_through(shelf, partial, link):
    victim = partial.path.with_name("victim")
    victim.write_bytes(b"precious")
    getattr(partial.path, link)(victim)
    with pytest.raises(OSError, match=r"\.archive\.part: .*; remove it, or name another folder by --to"):
        fetch_all(shelf, partial)
    assert victim.read_bytes() == b"precious"


def test_two_downloads_do_not_share_a_file(partial):
    with partial.held(), pytest.raises(BlockingIOError, match="another download is fetching it"), partial.held():
        pass
    with partial.held():
        partial.remove()
