import os
import subprocess
import sys
import zipfile

from ctc_submission.submission.packaging.archive import write_archive
from ctc_submission.submission.software import read_software


def test_the_same_files_give_the_same_bytes(world, tmp_path):
    write_archive(tmp_path / "first.zip", read_software(world.sw))
    for path in world.sw.rglob("*"):
        os.utime(path, (1e9, 1e9))
    (world.sw / "segment.py").chmod(0o600)
    write_archive(tmp_path / "second.zip", read_software(world.sw))

    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_files_are_sorted_in_one_folder_with_modes_and_contents(world, tmp_path):
    (world.sw / "packed.whl").write_bytes(b"x" * 1000)
    software = read_software(world.sw)
    write_archive(tmp_path / "SW.zip", software)

    with zipfile.ZipFile(tmp_path / "SW.zip") as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
        assert [archive.read(entry) for entry in entries] == [file.read() for file in software.files]
    assert [entry.filename for entry in entries] == [f"SW/{file.name}" for file in software.files]
    assert {
        entry.filename: oct(entry.external_attr >> 16) for entry in entries if entry.external_attr >> 16 & 0o100
    } == {"SW/Fluo-C3DL-MDA231-01.sh": "0o100755"}
    assert {entry.filename for entry in entries if entry.compress_type == zipfile.ZIP_STORED} == {"SW/packed.whl"}


def test_python_alone_unpacks_it(world, tmp_path):
    write_archive(tmp_path / "SW.zip", read_software(world.sw))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "SW.zip", "there"], cwd=tmp_path, check=True)
    assert (tmp_path / "there/SW/segment.py").read_text() == "import numpy\n"
