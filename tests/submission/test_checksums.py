import subprocess

import pytest

from ctc_submission.submission.checksums import check_checksums, format_checksums, hash_stream


@pytest.fixture
def folder(tmp_path):
    sums = {}
    (tmp_path / "01_RES").mkdir()
    for name in ("b.txt", "01_RES/a b.txt"):
        (tmp_path / name).write_text(name)
        with (tmp_path / name).open("rb") as file:
            sums[name] = hash_stream(file)
    (tmp_path / "SHA256SUMS").write_text(format_checksums(sums))
    return tmp_path


def test_checksums_are_those_of_sha256sum(folder):
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "01_RES/a b.txt: OK\nb.txt: OK\n")
    assert not list(check_checksums(folder))


def test_a_changed_a_missing_and_an_unreadable_line_are_found(folder):
    (folder / "b.txt").write_text("changed")
    (folder / "01_RES/a b.txt").unlink()
    with (folder / "SHA256SUMS").open("a") as file:
        file.write("what?\n")
    assert [finding.finding for finding in check_checksums(folder)] == [
        "is missing, but SHA256SUMS lists it",
        "is not the file that SHA256SUMS lists: its checksum differs",
        "line 3 is not 'SHA-256, two blanks, file'",
    ]


def test_missing_checksums_are_told(tmp_path):
    assert [finding.finding for finding in check_checksums(tmp_path)] == ["there are no checksums"]
