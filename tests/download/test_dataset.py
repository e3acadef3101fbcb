import hashlib
import json

import pytest

from ctc_submission.download import archives, space
from ctc_submission.download.archives import Archive
from ctc_submission.download.dataset import Destination, plan, run_download
from ctc_submission.download.transfer import TransferParameters

QUICK = TransferParameters(attempts=3, pause=0, timeout=5)


@pytest.fixture
def place(shelf, tmp_path) -> Destination:
    return Destination(Archive("Fluo-N3DH-CE", "training", shelf.url), tmp_path / "data")


@pytest.fixture
def wrong_checksum(monkeypatch) -> None:
    monkeypatch.setattr(archives, "_SHA256", {("Fluo-N3DH-CE", "training"): "0" * 64})


def names(folder) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_dataset_over_connections_that_break(shelf, place):
    shelf.cut_after, shelf.tag = 2**15, '"v1"'
    digest = hashlib.sha256(shelf.files[shelf.training]).hexdigest()
    done = run_download(plan(place, QUICK), QUICK)
    assert (done.files, done.sha256) == (3, digest)
    assert names(place.root) == [
        "training/Fluo-N3DH-CE.json",
        "training/Fluo-N3DH-CE/01/t000.tif",
        "training/Fluo-N3DH-CE/01_GT/TRA/man_track.txt",
        "training/Fluo-N3DH-CE/02/t000.tif",
    ]
    record = json.loads(place.record.read_text())
    assert record.pop("downloaded")
    assert record == {
        "dataset": "Fluo-N3DH-CE",
        "part": "training",
        "url": shelf.url + shelf.training,
        "bytes": len(shelf.files[shelf.training]),
        "version": '"v1"',
        "sha256": digest,
        "sha256_expected": None,
    }
    assert place.is_done()


def test_training_and_test_data_lie_apart(shelf, tmp_path):
    places = [Destination(Archive("Fluo-N3DH-CE", part, shelf.url), tmp_path) for part in ("training", "test")]
    assert [place.folder.relative_to(tmp_path).as_posix() for place in places] == [
        "training/Fluo-N3DH-CE",
        "test/Fluo-N3DH-CE",
    ]


def test_the_plan_tells_what_is_there_already(shelf, place):
    shelf.cut_after, shelf.ranges = 2**15, False
    with pytest.raises(OSError, match="brought nothing new"):
        run_download(plan(place, QUICK), QUICK)
    shelf.cut_after, shelf.ranges = None, True
    download = plan(place, QUICK)
    assert download.arrived == 2**15
    run_download(download, QUICK)
    assert shelf.gets[-1] == "bytes=32768-"


def test_a_known_checksum_is_kept_to(shelf, place, monkeypatch):
    digest = hashlib.sha256(shelf.files[shelf.training]).hexdigest()
    monkeypatch.setattr(archives, "_SHA256", {("Fluo-N3DH-CE", "training"): digest})
    assert run_download(plan(place, QUICK), QUICK).sha256 == digest


def test_wrong_bytes_are_not_unpacked(shelf, place, wrong_checksum):
    with pytest.raises(ValueError, match=r"CE\.zip\.part: SHA-256 is [0-9a-f]{64}, expected 0{64}; remove it"):
        run_download(plan(place, QUICK), QUICK)
    assert not place.folder.exists()
    shelf.requests.clear()
    assert run_download(plan(place, QUICK), QUICK, any_checksum=True).files == 3
    assert shelf.gets == []


def test_bytes_that_are_no_archive_are_not_unpacked(shelf, place):
    shelf.files[shelf.training] = b"<html>in repair</html>" * 2000
    with pytest.raises(ValueError, match="not a sound ZIP file"):
        run_download(plan(place, QUICK), QUICK)
    assert not place.is_done()


def test_a_folder_of_other_origin_is_left_alone(place):
    place.folder.mkdir(parents=True)
    with pytest.raises(FileExistsError, match=r"training/Fluo-N3DH-CE: is there, but was not downloaded"):
        place.is_done()


def test_space_is_looked_at_before_anything_is_fetched(shelf, place, monkeypatch):
    monkeypatch.setattr(space, "free_space", lambda folder: 100_000)
    with pytest.raises(OSError, match=r"data: 121 kB are needed, 100 kB are free"):
        plan(place, QUICK)
    assert shelf.gets == []


def test_a_size_that_is_not_told_is_no_obstacle(shelf, place):
    shelf.length = False
    assert run_download(plan(place, QUICK), QUICK).files == 3
