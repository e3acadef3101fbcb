import zipfile

import pytest

from ctc_submission.download import space
from ctc_submission.download.unpacking import unpack

NAME = "Fluo-N3DH-CE"


def write_zip(path, files: dict[str, bytes]):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("top", ["Fluo-N3DH-CE/", ""])
def test_a_dataset_appears(tmp_path, top):
    archive = write_zip(tmp_path / "a.zip", {f"{top}01/t000.tif": b"frame", f"{top}01_GT/x.txt": b"truth"})
    assert unpack(archive, tmp_path / NAME) == 2
    assert contents(tmp_path / NAME) == {"01/t000.tif": b"frame", "01_GT/x.txt": b"truth"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, "a.zip"]


@pytest.mark.parametrize(
    "name", ["../evil", "Fluo-N3DH-CE/../../evil", "/evil", "..\\evil", "C:\\evil", "C:evil", "//host/evil/x"]
)
def test_no_file_leaves_its_folder(tmp_path, name):
    archive = write_zip(tmp_path / "a.zip", {"Fluo-N3DH-CE/01/t000.tif": b"frame"})
    with zipfile.ZipFile(archive, "a") as source:
        member = zipfile.ZipInfo("x")
        member.filename = name
        source.writestr(member, b"evil")
    with pytest.raises(ValueError, match=r"a\.zip: holds '.*evil.*', which leads out of its folder; nothing was"):
        unpack(archive, tmp_path / NAME)
    assert list(tmp_path.iterdir()) == [archive]


def test_a_link_is_written_as_a_file(tmp_path):
    member = zipfile.ZipInfo("Fluo-N3DH-CE/link")
    member.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, b"/etc/passwd")
    unpack(tmp_path / "a.zip", tmp_path / NAME)
    assert not (tmp_path / NAME / "link").is_symlink()


def damaged_in_the_middle(archive) -> bytes:
    content = bytearray(archive.read_bytes())
    content[content.index(b"frame")] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    "damage",
    [damaged_in_the_middle, lambda archive: archive.read_bytes()[:40], lambda archive: b"<html>not here</html>"],
)
def test_a_damaged_archive_leaves_nothing(tmp_path, damage):
    archive = write_zip(tmp_path / "a.zip", {"Fluo-N3DH-CE/01/t000.tif": b"frame"})
    archive.write_bytes(damage(archive))
    with pytest.raises(ValueError, match=r"a\.zip: not a sound ZIP file \(.*\); remove it and run the same command"):
        unpack(archive, tmp_path / NAME)
    assert list(tmp_path.iterdir()) == [archive]


def test_an_empty_archive_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no file"):
        unpack(write_zip(tmp_path / "a.zip", {}), tmp_path / NAME)


def test_what_an_interrupted_run_left_is_cleared(tmp_path):
    (tmp_path / f".{NAME}.unpacking").mkdir()
    (tmp_path / f".{NAME}.unpacking" / "half").write_text("")
    unpack(write_zip(tmp_path / "a.zip", {"01/t000.tif": b"frame"}), tmp_path / NAME)
    assert contents(tmp_path / NAME) == {"01/t000.tif": b"frame"}


def test_space_is_looked_at_first(tmp_path, monkeypatch):
    monkeypatch.setattr(space, "free_space", lambda folder: 3)
    with pytest.raises(OSError, match="5 B are needed, 3 B are free; free some space"):
        unpack(write_zip(tmp_path / "a.zip", {"01/t000.tif": b"frame"}), tmp_path / NAME)
