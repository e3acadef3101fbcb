import io
import sys
import zipfile

import pytest

from ctc_submission.cli import main


@pytest.fixture
def server(tmp_path, server):
    """Address of training and test data of Fluo-N3DH-CE."""
    for part in ("training", "test"):
        folder = tmp_path / "server" / f"{part}-datasets"
        folder.mkdir()
        with zipfile.ZipFile(folder / "Fluo-N3DH-CE.zip", "w") as archive:
            archive.writestr("Fluo-N3DH-CE/01/t000.tif", part)
    return server


@pytest.fixture
def download(server, tmp_path):
    command = ["download", "Fluo-N3DH-CE", "--base-url", server, "--to", str(tmp_path / "data")]
    return lambda *options: main([*command, *options])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_both_parts_and_never_twice(download, tmp_path, capsys):
    assert download("--all", "--yes") == 0
    printed = capsys.readouterr().out
    assert "/training-datasets/Fluo-N3DH-CE.zip: 154 B; to " in printed
    assert "1 files in " in printed
    assert "recorded: no checksum is known to compare it with" in printed
    for part in ("training", "test"):
        assert (tmp_path / "data" / part / "Fluo-N3DH-CE" / "01" / "t000.tif").read_text() == part
    assert download("--all", "--yes") == 0
    assert capsys.readouterr().out.count("is there already") == 2


@pytest.mark.parametrize(("answer", "files"), [("y", 1), ("yes", 1), ("n", 0), ("", 0)])
def test_it_asks(download, tmp_path, monkeypatch, capsys, answer, files):
    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))
    assert download() == 0
    assert "are free. Download? [y/N]" in capsys.readouterr().out
    assert len(list(tmp_path.glob("data/training/Fluo-N3DH-CE/01/*"))) == files
    assert not (tmp_path / "data" / "test").exists()


def test_without_a_terminal_it_wants_a_word(download, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert download("--test") == 2
    assert "no terminal to ask at: add --yes" in capsys.readouterr().err


def test_what_is_not_there_is_one_line(server, tmp_path, capsys):
    assert main(["download", "Fluo-N3DL-TRIC", "--base-url", server, "--to", str(tmp_path / "data"), "--yes"]) == 2
    error = capsys.readouterr().err
    assert "TRIC.zip: the server has no such file (404)" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_another_checksum_than_the_known_one(server, tmp_path, capsys):
    zips = tmp_path / "server" / "training-datasets"
    (zips / "Fluo-N3DH-CE.zip").rename(zips / "Fluo-C3DL-MDA231.zip")
    command = ["download", "Fluo-C3DL-MDA231", "--base-url", server, "--to", str(tmp_path / "data"), "--yes"]
    assert main(command) == 2
    assert "or take it as it is with --any-checksum" in capsys.readouterr().err
    assert main([*command, "--any-checksum"]) == 0
    printed = capsys.readouterr().out
    assert "154 B of it are here" in printed
    assert "not the expected b1044eea" in printed
