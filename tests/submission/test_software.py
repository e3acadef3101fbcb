import zipfile

import pytest

from ctc_submission.submission.software import file_of_text, read_software


def pack(folder, path, prefix):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            archive.write(file, f"{prefix}{file.relative_to(folder)}")


@pytest.mark.parametrize("prefix", ["", "SW/"])
def test_an_archive_reads_as_its_folder(world, tmp_path, prefix):
    pack(world.sw, tmp_path / "SW.zip", prefix)
    folder, archive = read_software(world.sw), read_software(tmp_path / "SW.zip")

    assert [(file.name, file.executable, file.read()) for file in archive.files] == [
        (file.name, file.executable, file.read()) for file in folder.files
    ]
    assert [file.name for file in folder.files if file.executable] == ["Fluo-C3DL-MDA231-01.sh"]
    assert "models/mda.safetensors" in folder
    assert folder.find("models/other") is None


def test_what_running_leaves_is_not_listed(world):
    before = read_software(world.sw)
    for name in (".venv/lib/x.py", "ctc_submission/__pycache__/x.pyc", ".venv.lock"):
        (world.sw / name).parent.mkdir(parents=True, exist_ok=True)
        (world.sw / name).write_text("")
    assert [file.name for file in read_software(world.sw).files] == [file.name for file in before.files]


def test_a_damaged_archive_is_named(world, tmp_path):
    path = tmp_path / "SW.zip"
    pack(world.sw, path, "SW/")
    content = path.read_bytes()
    path.write_bytes(
        content.replace(b"How to", b"how to") if b"How to" in content else content[:40] + b"??" + content[42:]
    )
    with pytest.raises(ValueError, match="damaged in its archive|not a readable zip"):
        [file.read() for file in read_software(path).files]


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "SW.zip").write_text("no zip")
    with pytest.raises(ValueError, match=r"SW\.zip: not a readable zip archive"):
        read_software(tmp_path / "SW.zip")
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder or archive"):
        read_software(tmp_path / "nowhere")


def test_a_file_can_be_text():
    file = file_of_text("run.sh", "echo\n", executable=True)
    assert (file.read(), file.executable) == (b"echo\n", True)
