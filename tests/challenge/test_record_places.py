import errno
import os
from pathlib import Path

import platformdirs
import pytest

from ctc_submission.challenge.record_places import find_record_files, record_path, record_places
from ctc_submission.challenge.run_record import find_parameter_count, find_record


@pytest.fixture
def state(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ctc-submission" / "records"


def test_a_record_lies_beside_then_with_the_user_then_hidden_inside(tmp_path, state):
    beside, user, inside = (place.record("2-of-3") for place in record_places(tmp_path / "01_RES"))
    assert beside == tmp_path / "01_RES.2-of-3.json"
    assert user.parent == state
    assert user.name.startswith("01_RES-")
    assert inside == tmp_path / "01_RES" / ".01_RES.2-of-3.json"


def test_results_of_the_same_name_have_records_of_their_own(tmp_path, state):
    names = {record_places(tmp_path / folder / "01_RES")[1].record() for folder in ("A", "B")}
    assert len(names) == 2


@pytest.mark.parametrize(("name", "folder"), [(".", "a/b"), ("..", "a"), ("../b/..", "a"), ("./", "a/b")])
def test_a_folder_without_a_name_of_its_own_is_called_as_it_is(tmp_path, monkeypatch, name, folder):
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    results = tmp_path / folder
    assert record_path(Path(name)) == results.with_name(f"{results.name}.json")


def test_the_root_is_no_folder_for_results():
    with pytest.raises(ValueError, match="'/' is the root of the file system, expected a folder"):
        record_path(Path("/"))


def test_a_home_that_is_not_known_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: Path("~/.local/state"))
    assert len(record_places(tmp_path / "01_RES")) == 2


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_record_is_found_wherever_it_lies(tmp_path, state, number):
    results = tmp_path / "01_RES"
    path = record_places(results)[number].record()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"parameters": 7}')
    share = record_places(results)[number].record("1-of-2")
    share.write_text("{}")
    assert record_path(results) == path
    assert find_record(results).file == str(path)
    assert find_parameter_count(results) == 7
    assert find_record_files(results) == [path, share]


def test_of_two_records_the_newer_counts(tmp_path, state):
    results = tmp_path / "01_RES"
    for age, place in enumerate(record_places(results)[:2]):
        place.folder.mkdir(parents=True, exist_ok=True)
        place.record().write_text(f'{{"parameters": {age}}}')
        os.utime(place.record(), (1000 - age, 1000 - age))
    assert find_parameter_count(results) == 0


def test_a_place_that_may_not_be_looked_into_holds_no_record(tmp_path, state, monkeypatch):
    def stat(path, *arguments, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", stat)
        patch.setattr(os, "scandir", stat)
        assert find_record_files(tmp_path / "01_RES") == []
